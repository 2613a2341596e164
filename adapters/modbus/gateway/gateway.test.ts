import { createHash, generateKeyPairSync, sign } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { afterEach, beforeEach, expect, test } from "vitest"
import { decode } from "../../../engine/core/quantity/codec.ts"
import { decodePayload, envelope } from "../../../engine/core/envelope.ts"
import { RECEIPT_DOMAIN, type SignedReceipt } from "../../../engine/core/receipt.ts"
import type { SubmitReadings } from "../../../engine/core/metering/reading.ts"
import { Uplink, UplinkUnavailable } from "../../../engine/service/ports/driven/uplink.ts"
import { AnswerTimeout } from "../client/errors.ts"
import type { PollResult } from "../poller/meter-poller.ts"
import { GatewayStore } from "./gateway-store.ts"
import { makeGateway, type Gateway } from "./gateway.ts"

const { privateKey, publicKey } = generateKeyPairSync("ed25519")
const signer = {
  publicKey: new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32)),
  algorithm: "ed25519" as const,
  sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey))
}

let folder: string
let store: GatewayStore
let registerWh = 100

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commonwatt-gateway-"))
  store = new GatewayStore(join(folder, "gateway.sqlite"))
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

const gatewayOver = (results: () => ReadonlyArray<PollResult>, isFromEngine = true): Gateway =>
  makeGateway({
    area: "a1",
    sites: [{ signer, meteringPoints: ["p1", "p2"] }],
    store,
    pollAll: () => Promise.resolve(results()),
    isFromEngine: () => Promise.resolve(isFromEngine)
  })

const good = (meteringPoint: string): PollResult => ({ meteringPoint, ok: true, reading: { registerWh, powerW: 40, registerStepWh: 1, rawWords: [] } })
const both = () => [good("p1"), good("p2")]
const hashOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest())
const receiptFor = (bytes: Uint8Array): SignedReceipt => ({
  receipt: { domain: RECEIPT_DOMAIN, area: "a1", position: 0, recordHash: hashOf(bytes), verdict: "Accepted", refused: 0 },
  signature: new Uint8Array(64)
})

/** An engine that takes everything, and what it was sent. */
const listening = () => {
  const sent: Array<Uint8Array> = []
  const submit = (batches: ReadonlyArray<Uint8Array>) =>
    Effect.sync(() => {
      sent.push(...batches)
      return batches.map(receiptFor)
    })
  return { sent, uplink: Uplink.of({ submit }) }
}
const away = Uplink.of({ submit: () => Effect.fail(new UplinkUnavailable({ cause: "away" })) })
const flush = (gateway: Gateway, uplink: Uplink["Service"]) => Effect.runPromise(Effect.provideService(gateway.flush, Uplink, uplink))
const commandOf = (bytes: Uint8Array): SubmitReadings => decodePayload(decode(envelope, bytes).signed.payload)[0] as SubmitReadings

test("a batch is kept until its receipt is here, and then forgotten", async () => {
  const gateway = gatewayOver(both)
  expect(await Effect.runPromise(gateway.poll(900))).toEqual({ readings: 2, failures: [] })
  await expect(flush(gateway, away)).rejects.toMatchObject({ _tag: "UplinkUnavailable" })
  const { sent, uplink } = listening()
  expect(await flush(gateway, uplink)).toBe(1)
  expect(commandOf(sent[0]!).readings).toEqual([
    { meteringPoint: "p1", sequence: 1, time: 900, registerWh, powerW: 40 },
    { meteringPoint: "p2", sequence: 1, time: 900, registerWh, powerW: 40 }
  ])
  expect(await flush(gateway, uplink)).toBe(0)
})

test("batches form a chain and sequences count on, also over a restart", async () => {
  await Effect.runPromise(gatewayOver(both).poll(900))
  store.close()
  store = new GatewayStore(join(folder, "gateway.sqlite"))
  registerWh += 7
  const gateway = gatewayOver(both)
  await Effect.runPromise(gateway.poll(1_800))
  const { sent, uplink } = listening()
  expect(await flush(gateway, uplink)).toBe(2)
  expect(commandOf(sent[0]!).previousBatch).toEqual(new Uint8Array())
  expect(commandOf(sent[1]!).previousBatch).toEqual(hashOf(sent[0]!))
  expect(commandOf(sent[1]!).readings.map(({ sequence }) => sequence)).toEqual([2, 2])
})

test("a time that was read is not read again, a meter that failed is", async () => {
  let fails = true
  const gateway = gatewayOver(() => [good("p1"), fails ? { meteringPoint: "p2", ok: false, error: new AnswerTimeout("no answer") } : good("p2")])
  expect(await Effect.runPromise(gateway.poll(900))).toMatchObject({ readings: 1, failures: [{ meteringPoint: "p2" }] })
  fails = false
  expect(await Effect.runPromise(gateway.poll(900))).toMatchObject({ readings: 1 })
  expect(await Effect.runPromise(gateway.poll(900))).toEqual({ readings: 0, failures: [] })
})

test("a receipt for another record, or without the engine's signature, is refused and the batch is kept", async () => {
  const gateway = gatewayOver(both)
  await Effect.runPromise(gateway.poll(900))
  const wrong = Uplink.of({ submit: () => Effect.succeed([receiptFor(Uint8Array.of(1))]) })
  await expect(flush(gateway, wrong)).rejects.toMatchObject({ _tag: "ReceiptRefused", reason: "it names another record" })
  const { uplink } = listening()
  await expect(flush(gatewayOver(both, false), uplink)).rejects.toMatchObject({ _tag: "ReceiptRefused", reason: "its signature is not the engine's" })
  expect(store.pending(10)).toHaveLength(1)
})
