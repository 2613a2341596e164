import { createHash, generateKeyPairSync, sign } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { afterEach, beforeEach, expect, test } from "vitest"
import { decode } from "../../../engine/core/quantity/codec.ts"
import type { Command } from "../../../engine/core/command.ts"
import { decodePayload, envelope } from "../../../engine/core/envelope.ts"
import type { SubmitEvidence } from "../../../engine/core/metering/evidence.ts"
import { RECEIPT_DOMAIN, type UplinkAnswer } from "../../../engine/core/receipt.ts"
import type { SubmitReadings } from "../../../engine/core/metering/reading.ts"
import { Uplink, UplinkUnavailable } from "../../../engine/service/ports/driven/uplink.ts"
import { AnswerTimeout } from "../client/errors.ts"
import { ValueRefused } from "../profiles/decode.ts"
import { GatewayStore } from "./gateway-store.ts"
import { makeGateway, type Gateway, type GatewayOptions } from "./gateway.ts"
import { unpackRawWords } from "./raw-words.ts"
import type { Polled } from "./read-meters.ts"

const { privateKey, publicKey } = generateKeyPairSync("ed25519")
const signer = {
  publicKey: new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32)),
  algorithm: "ed25519" as const,
  sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey))
}

let folder: string
let store: GatewayStore
let registerWh = 100
const file = () => join(folder, "gateway.sqlite")

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commonwatt-gateway-"))
  store = new GatewayStore(file())
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

const hashOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest())
const answerFor = (bytes: Uint8Array, change: Partial<UplinkAnswer["receipt"]["receipt"]> = {}): UplinkAnswer => ({
  receipt: { receipt: { domain: RECEIPT_DOMAIN, area: "a1", position: 0, recordHash: hashOf(bytes), verdict: "Accepted", refused: 0, ...change }, signature: new Uint8Array(64) },
  refill: [],
  engineTime: Math.floor(Date.now() / 1_000)
})

/** An engine that answers as a test says, and what it was sent. */
class Listening {
  readonly sent: Array<Uint8Array> = []
  answer: (bytes: Uint8Array) => UplinkAnswer = answerFor
  away = false
  readonly uplink = Uplink.of({
    submit: (batch) =>
      Effect.suspend(() => {
        if (this.away) return Effect.fail(new UplinkUnavailable({ cause: "away" }))
        this.sent.push(batch)
        return Effect.succeed(this.answer(batch))
      })
  })
  commands(index: number): Array<Command> {
    return decodePayload(decode(envelope, this.sent[index]!).signed.payload)
  }
  readings(index: number): SubmitReadings {
    return this.commands(index)[0] as SubmitReadings
  }
  evidence(index: number): SubmitEvidence["evidence"] {
    return (this.commands(index)[1] as SubmitEvidence).evidence
  }
}

const rawWords = (wh: number) => [{ functionCode: 3, address: 40, words: [wh >>> 16, wh & 0xffff] }]
const good = (meteringPoint: string, wh = registerWh): Polled => ({ meteringPoint, ok: true, reading: { registerWh: wh, powerW: 40, registerStepWh: 1, rawWords: rawWords(wh) } })
const both = () => [good("p1"), good("p2")]

const gatewayOver = (engine: Listening, results: () => ReadonlyArray<Polled>, change: Partial<GatewayOptions> = {}): Gateway =>
  makeGateway({
    area: "a1",
    sites: [{ name: "ada", signer, uplink: engine.uplink, points: ["p1", "p2"].map((meteringPoint) => ({ meteringPoint, ratedWatts: 20_000 })) }],
    store,
    read: (meteringPoint) => Promise.resolve(results().find((one) => one.meteringPoint === meteringPoint) ?? { meteringPoint, ok: false, error: new Error("not asked for") }),
    seal: { readings: 1, seconds: 0 },
    clock: () => "synchronised",
    isFromEngine: () => Promise.resolve(true),
    ...change
  })
const poll = (gateway: Gateway, time: number) => Effect.runPromise(gateway.poll(time))
const flush = (gateway: Gateway) => Effect.runPromise(gateway.flush)

test("a batch waits until its receipt is here; raw words and clock status are signed with it", async () => {
  const engine = new Listening()
  engine.away = true
  const gateway = gatewayOver(engine, both)
  expect(await poll(gateway, 900)).toMatchObject({ readings: 2, withheld: 0, failures: [], notStored: undefined })
  await expect(flush(gateway)).rejects.toMatchObject({ _tag: "UplinkUnavailable" })
  engine.away = false
  expect(await flush(gateway)).toBe(1)
  expect(engine.readings(0).readings).toEqual([
    { meteringPoint: "p1", sequence: 1, time: 900, registerWh, powerW: 40 },
    { meteringPoint: "p2", sequence: 1, time: 900, registerWh, powerW: 40 }
  ])
  expect(engine.commands(0)[1]).toMatchObject({ kind: "SubmitEvidence", clock: "synchronised" })
  expect(engine.evidence(0).map(({ meteringPoint, sequence, flags, raw }) => [meteringPoint, sequence, flags, unpackRawWords(raw)])).toEqual([["p1", 1, [], rawWords(registerWh)], ["p2", 1, [], rawWords(registerWh)]])
  expect(await flush(gateway)).toBe(0)
})

test("batches form a chain and sequences count on, also over a restart", async () => {
  const engine = new Listening()
  await poll(gatewayOver(engine, both), 900)
  store.close()
  store = new GatewayStore(file())
  registerWh += 7
  const gateway = gatewayOver(engine, both)
  await poll(gateway, 1_800)
  expect(await flush(gateway)).toBe(2)
  expect(engine.readings(0).previousBatch).toEqual(new Uint8Array())
  expect(engine.readings(1).previousBatch).toEqual(hashOf(engine.sent[0]!))
  expect(engine.readings(1).readings.map(({ sequence }) => sequence)).toEqual([2, 2])
})

test("readings of several meters and polls go into one batch once there are enough, or the oldest has waited", async () => {
  const engine = new Listening()
  let wh = 0
  const gateway = gatewayOver(engine, () => [good("p1", ++wh), good("p2", wh)], { seal: { readings: 96, seconds: 60 } })
  for (let second = 1; second <= 47; second++) await poll(gateway, second)
  expect(await flush(gateway)).toBe(0)
  await poll(gateway, 48)
  expect(await flush(gateway)).toBe(1)
  expect(engine.readings(0).readings).toHaveLength(96)
  await poll(gateway, 49)
  await poll(gateway, 108)
  expect(await flush(gateway)).toBe(0)
  await poll(gateway, 109)
  expect(await flush(gateway)).toBe(1)
  await poll(gateway, 110)
  await Effect.runPromise(gateway.sealAll(110))
  expect(await flush(gateway)).toBe(1)
  expect(engine.readings(2).readings.map(({ sequence }) => sequence)).toEqual([52, 52])
})

test("a time that was read is not read again, a meter that failed is, and one without a value leaves evidence", async () => {
  const engine = new Listening()
  let error: Error | undefined = new AnswerTimeout("no answer")
  const gateway = gatewayOver(engine, () => [good("p1"), error === undefined ? good("p2") : { meteringPoint: "p2", ok: false, error }])
  expect(await poll(gateway, 900)).toMatchObject({ readings: 1, failures: [{ meteringPoint: "p2" }] })
  error = undefined
  expect(await poll(gateway, 900)).toMatchObject({ readings: 1 })
  expect(await poll(gateway, 900)).toMatchObject({ readings: 0, failures: [] })
  error = new ValueRefused("energyPositive", "not implemented")
  registerWh++
  expect(await poll(gateway, 1_800)).toMatchObject({ readings: 1, withheld: 1 })
  await flush(gateway)
  expect(engine.evidence(2).filter(({ flags }) => flags.length > 0)).toMatchObject([{ meteringPoint: "p2", sequence: 0, flags: ["NoValue"] }])
})

test("a torn value is read again at once: the reading is the second, the first goes along as evidence", async () => {
  const engine = new Listening()
  const shows = [5_000, 5_001 + 65_536, 5_001]
  const gateway = gatewayOver(engine, both, { read: (meteringPoint) => Promise.resolve(meteringPoint === "p1" ? good("p1", shows.shift()!) : { meteringPoint, ok: false, error: new AnswerTimeout("no answer") }) })
  await poll(gateway, 900)
  expect(await poll(gateway, 1_800)).toMatchObject({ readings: 1, withheld: 1 })
  await flush(gateway)
  expect(engine.readings(1).readings).toMatchObject([{ meteringPoint: "p1", sequence: 2, registerWh: 5_001 }])
  expect(engine.evidence(1).map(({ sequence, flags }) => [sequence, flags])).toEqual([[0, ["TornWords"]], [2, ["TornWords"]]])
})

test("a receipt for another record or area, or without the engine's signature, is refused and the batch is kept", async () => {
  const engine = new Listening()
  const gateway = gatewayOver(engine, both)
  await poll(gateway, 900)
  engine.answer = () => answerFor(Uint8Array.of(1))
  await expect(flush(gateway)).rejects.toMatchObject({ _tag: "ReceiptRefused", reason: "it names another record" })
  engine.answer = (bytes) => answerFor(bytes, { area: "a2" })
  await expect(flush(gateway)).rejects.toMatchObject({ _tag: "ReceiptRefused", reason: "it is of the area a2, not of a1" })
  engine.answer = answerFor
  await expect(flush(gatewayOver(engine, both, { isFromEngine: () => Promise.resolve(false) }))).rejects.toMatchObject({ reason: "its signature is not the engine's" })
  expect(store.counts()).toMatchObject({ waiting: 1 })
  expect(await flush(gateway)).toBe(1)
})

test("a batch that the engine refused whole is kept, counted and not sent again", async () => {
  const engine = new Listening()
  engine.answer = (bytes) => answerFor(bytes, { verdict: "BadSignature" })
  const gateway = gatewayOver(engine, both)
  await poll(gateway, 900)
  expect(await flush(gateway)).toBe(1)
  expect(await flush(gateway)).toBe(0)
  expect(gateway.status()).toMatchObject({ refused: 1, waiting: 0 })
})

test("what the engine asks for again is sent again from the store, in order, and at most three times", async () => {
  const engine = new Listening()
  const gateway = gatewayOver(engine, () => [good("p1", ++registerWh)])
  for (const time of [900, 1_800, 2_700]) {
    await poll(gateway, time)
    await flush(gateway)
  }
  const first = engine.sent.slice(0, 2)
  engine.answer = (bytes) => ({ ...answerFor(bytes), refill: [{ reading: 0, from: 1, to: 2 }] })
  const sent: Array<number> = []
  for (const time of [3_600, 4_500, 5_400, 6_300]) {
    await poll(gateway, time)
    sent.push(await flush(gateway))
  }
  expect(sent).toEqual([3, 3, 3, 1])
  expect(engine.sent.slice(4, 6)).toEqual(first)
})
