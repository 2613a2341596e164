/** A gateway's life on a disk that fills up and is emptied again, told as JSON: run by full-disk.test.ts on a small file system of its own. */
import { createHash, generateKeyPairSync, sign } from "node:crypto"
import { rmSync, statfsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect } from "effect"
import { decode } from "../../../../engine/core/quantity/codec.ts"
import { decodePayload, envelope } from "../../../../engine/core/envelope.ts"
import { RECEIPT_DOMAIN } from "../../../../engine/core/receipt.ts"
import { Uplink, UplinkUnavailable } from "../../../../engine/service/ports/driven/uplink.ts"
import { GatewayStore } from "../gateway-store.ts"
import { makeGateway } from "../gateway.ts"

const folder = process.argv[2]!
const file = join(folder, "gateway.sqlite")
const ballast = join(folder, "ballast")
writeFileSync(ballast, Buffer.alloc(600_000, 1))

const { privateKey, publicKey } = generateKeyPairSync("ed25519")
const signer = { publicKey: new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32)), algorithm: "ed25519" as const, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)) }
const got: Array<readonly [sequence: number, time: number]> = []
let isAway = true
const uplink = Uplink.of({
  submit: (batch) =>
    Effect.suspend(() => {
      if (isAway) return Effect.fail(new UplinkUnavailable({ cause: "away" }))
      for (const command of decodePayload(decode(envelope, batch).signed.payload)) if (command.kind === "SubmitReadings") got.push(...command.readings.map(({ sequence, time }) => [sequence, time] as const))
      const recordHash = new Uint8Array(createHash("sha256").update(batch).digest())
      return Effect.succeed({ receipt: { receipt: { domain: RECEIPT_DOMAIN, area: "a1", position: 0, recordHash, verdict: "Accepted" as const, refused: 0 }, signature: new Uint8Array(64) }, refill: [], engineTime: 0 })
    })
})
let registerWh = 0
const store = new GatewayStore(file)
const gateway = makeGateway({
  area: "a1", store,
  sites: [{ name: "ada", signer, uplink, points: [{ meteringPoint: "p1", ratedWatts: 20_000 }] }],
  read: (meteringPoint) => Promise.resolve({ meteringPoint, ok: true, reading: { registerWh: ++registerWh, powerW: 4, registerStepWh: 1, rawWords: [{ functionCode: 3, address: 0, words: Array.from({ length: 100 }, (_, word) => (registerWh * word) & 0xffff) }] } }),
  seal: { readings: 1, seconds: 0 },
  clock: () => "synchronised",
  isFromEngine: () => Promise.resolve(true)
})
const poll = async (): Promise<string | undefined> => (await Effect.runPromise(gateway.poll(registerWh * 900 + 900))).notStored?.problem

let acknowledged = 0
let problem: string | undefined
while ((problem = await poll()) === undefined) acknowledged++
/** What the system says to anybody who writes now. */
const refusal = ((): string => {
  try {
    writeFileSync(join(folder, "more"), Buffer.alloc(1_000_000, 1))
    return "written"
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code ?? "?"
  }
})()
const whileFull: Array<string | undefined> = []
for (let more = 0; more < 20; more++) whileFull.push(await poll())
const held = gateway.status().held
isAway = false
// What is stored goes out although no receipt can be noted.
const flushed = await Effect.runPromise(Effect.result(gateway.flush))
const sentWhileFull = new Set(got.map(([sequence]) => sequence)).size
const freeWhileFull = Number(statfsSync(folder).bavail)

rmSync(ballast)
rmSync(join(folder, "more"), { force: true })
const afterwards = await poll()
await Effect.runPromise(gateway.flush)
const status = gateway.status()
store.close()
const database = new DatabaseSync(file)
const integrity = String(database.prepare("pragma integrity_check").get()?.["integrity_check"])
database.close()
process.stdout.write(JSON.stringify({ acknowledged, problem, refusal, whileFull: [...new Set(whileFull)], held, flushed: flushed._tag, sentWhileFull, freeWhileFull, afterwards, status, integrity, got: [...new Set(got.map(String))] }))
