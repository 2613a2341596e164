import { spawnSync } from "node:child_process"
import { createHash, generateKeyPairSync, sign } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { afterEach, beforeEach, expect, test } from "vitest"
import { decode } from "../../../engine/core/quantity/codec.ts"
import { decodePayload, envelope } from "../../../engine/core/envelope.ts"
import { RECEIPT_DOMAIN } from "../../../engine/core/receipt.ts"
import { Uplink, UplinkUnavailable } from "../../../engine/service/ports/driven/uplink.ts"
import { makeGateway, type Gateway } from "./gateway.ts"
import { GatewayStore } from "./gateway-store.ts"
import { HeldReadings } from "./held-readings.ts"

const { privateKey, publicKey } = generateKeyPairSync("ed25519")
const signer = {
  publicKey: new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32)),
  algorithm: "ed25519" as const,
  sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey))
}
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commonwatt-full-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const file = () => join(folder, "gateway.sqlite")

/** An engine that is away, or journals; and every sequence and time that it was given. */
class Engine {
  away = true
  readonly got: Array<{ readonly sequence: number; readonly time: number }> = []
  readonly uplink = Uplink.of({
    submit: (batch) =>
      Effect.suspend(() => {
        if (this.away) return Effect.fail(new UplinkUnavailable({ cause: "away" }))
        for (const command of decodePayload(decode(envelope, batch).signed.payload)) {
          if (command.kind === "SubmitReadings") this.got.push(...command.readings.map(({ sequence, time }) => ({ sequence, time })))
        }
        const recordHash = new Uint8Array(createHash("sha256").update(batch).digest())
        return Effect.succeed({ receipt: { receipt: { domain: RECEIPT_DOMAIN, area: "a1", position: 0, recordHash, verdict: "Accepted" as const, refused: 0 }, signature: new Uint8Array(64) }, refill: [], engineTime: 0 })
      })
  })
}
const gatewayOver = (store: GatewayStore, engine: Engine, mostHeld = 500): Gateway => {
  let registerWh = 0
  return makeGateway({
    area: "a1", store, mostHeld,
    sites: [{ name: "ada", signer, uplink: engine.uplink, points: [{ meteringPoint: "p1", ratedWatts: 20_000 }] }],
    read: (meteringPoint) => Promise.resolve({ meteringPoint, ok: true, reading: { registerWh: ++registerWh, powerW: 4, registerStepWh: 1, rawWords: [{ functionCode: 3, address: 0, words: Array.from({ length: 100 }, (_, word) => (registerWh * word) & 0xffff) }] } }),
    seal: { readings: 1, seconds: 0 },
    clock: () => "synchronised",
    isFromEngine: () => Promise.resolve(true)
  })
}

test("a full store is named, polling goes on in memory, and with room again everything is there in order, without a gap", async () => {
  const engine = new Engine()
  let store = new GatewayStore(file(), { mostBytes: 60_000 })
  let gateway = gatewayOver(store, engine)
  let time = 0
  let stored = 0
  for (;;) {
    const { notStored } = await Effect.runPromise(gateway.poll((time += 900)))
    if (notStored !== undefined) {
      expect(notStored).toMatchObject({ name: "StoreError", problem: "full" })
      expect(notStored.mend).toContain("has lost nothing")
      break
    }
    stored++
  }
  expect(stored).toBeGreaterThan(20)
  for (let more = 0; more < 30; more++) expect((await Effect.runPromise(gateway.poll((time += 900)))).notStored).toMatchObject({ problem: "full" })
  expect(gateway.status()).toMatchObject({ waiting: stored, held: 31, thinned: 0 })
  // What is stored goes out, and its receipts find the room that is reserved for them.
  engine.away = false
  expect(await Effect.runPromise(gateway.flush)).toBe(stored)
  expect(new Set(engine.got.map(({ sequence }) => sequence)).size).toBe(stored)

  // Room comes as retention passes: pruned pages are used again.
  expect(store.prune(Number.MAX_SAFE_INTEGER)).toBe(stored)
  expect((await Effect.runPromise(gateway.poll((time += 900)))).notStored).toBeUndefined()
  expect(gateway.status()).toMatchObject({ held: 0, thinned: 0 })
  await Effect.runPromise(gateway.flush)
  expect(engine.got.map(({ sequence, time: at }) => [sequence, at])).toEqual(Array.from({ length: stored + 32 }, (_, index) => [index + 1, (index + 1) * 900]))
  store.close()
  store = new GatewayStore(file())
  gateway = gatewayOver(store, engine)
  expect(store.meter("p1").sequence).toBe(stored + 32)
  store.close()
})

test("memory stays bounded: readings between others go first, the newest and one for each delivery period stay longest", () => {
  const held = new HeldReadings(100)
  for (let second = 0; second < 10_000; second += 10) {
    held.add([{ site: "ada", meteringPoint: "p1", time: second, registerWh: second, powerW: 0, flags: [], raw: new Uint8Array(), isWithheld: false, memory: {} }])
    expect(held.size).toBeLessThanOrEqual(100)
  }
  const times = held.all.map(({ time }) => time)
  expect(times.at(-1)).toBe(9_990)
  expect(times).toEqual(times.toSorted((left, right) => left - right))
  for (let period = 0; period < 9_000; period += 900) expect(times).toContain(period)
  expect(held.size + held.thinned).toBe(1_000)
})

test("where the system refuses to write, what was stored before is all there afterwards", () => {
  // The shell's file size limit is a real refusal of write(2), which needs no rights to arrange.
  const program = `
    const { GatewayStore } = await import(${JSON.stringify(new URL("./gateway-store.ts", import.meta.url).href)})
    process.on("SIGXFSZ", () => undefined)
    const store = new GatewayStore(${JSON.stringify(file())})
    let stored = 0
    try {
      for (;;) {
        store.transaction(() => store.stash(store.assign([{ site: "ada", meteringPoint: "p1", time: stored + 1, registerWh: 1, powerW: 0, flags: [], raw: new Uint8Array(2000), isWithheld: false, memory: {} }])))
        stored++
      }
    } catch (error) {
      process.stdout.write(JSON.stringify({ stored, problem: error.problem, sequence: store.meter("p1").sequence }))
    }`
  const { stdout, stderr } = spawnSync("sh", ["-c", `ulimit -f 3000; exec "$0" --input-type=module -e "$1"`, process.execPath, program], { encoding: "utf8" })
  const { stored, problem, sequence } = JSON.parse(stdout || `{"stderr":${JSON.stringify(stderr)}}`) as { stored: number; problem: string; sequence: number }
  expect({ problem, sequence }, stderr).toEqual({ problem: "full", sequence: stored })
  expect(stored).toBeGreaterThan(10)
  const store = new GatewayStore(file())
  expect(store.unsealed("ada", 10_000).map((one) => one.sequence)).toEqual(Array.from({ length: stored }, (_, index) => index + 1))
  store.close()
})

test("on a disk that is really full nothing acknowledged is lost, polling goes on in memory, and with room again all of it is there", () => {
  // A small file system of the test's own, in a mount namespace that nobody else sees and that ends with the program.
  const program = join(import.meta.dirname, "test-support/on-a-full-disk.ts")
  const inside = `mount -t tmpfs -o size=2m,mode=700 commonwatt-full-disk "$1" && exec "$2" "$3" "$1"`
  const { stdout, stderr, status } = spawnSync("unshare", ["-m", "sh", "-c", inside, "sh", folder, process.execPath, program], { encoding: "utf8" })
  expect({ status, stderr }, "unshare -m and mount need the rights to make a file system; this test has no other way").toEqual({ status: 0, stderr: "" })
  const told = JSON.parse(stdout) as Record<string, unknown> & { readonly acknowledged: number; readonly got: ReadonlyArray<string> }
  expect(told).toMatchObject({ problem: "full", refusal: "ENOSPC", whileFull: ["full"], held: 21, integrity: "ok", status: { waiting: 0, unsealed: 0, held: 0, thinned: 0 } })
  expect(told.acknowledged).toBeGreaterThan(100)
  expect(told["sentWhileFull"]).toBeGreaterThan(0)
  expect(told).not.toHaveProperty("afterwards")
  // Every reading, before, while and after, came once or again, under its own number and time.
  expect(told.got).toEqual(Array.from({ length: told.acknowledged + 22 }, (_, index) => `${index + 1},${(index + 1) * 900}`))
})
