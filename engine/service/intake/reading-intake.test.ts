import { Deferred, Effect, Layer, ManagedRuntime } from "effect"
import fc from "fast-check"
import { afterEach, describe, expect, test } from "vitest"
import type { Command } from "../../core/command.ts"
import { sealEnvelope } from "../../core/seal-envelope.ts"
import { RECEIPT_DOMAIN, type SignedReceipt } from "../../core/receipt.ts"
import type { AreaState } from "../../core/state.ts"
import { keyPairOf } from "../keys/ed25519.ts"
import { LogUnavailable } from "../ports/driven/command-log.ts"
import { WalletSignature } from "../ports/driven/wallet-signature.ts"
import { LARGEST_BATCH, ReadingIntake } from "../ports/driving/reading-intake.ts"
import { recordHash } from "./check-record.ts"
import { Engine } from "./engine.ts"
import { RateLimit } from "./rate-limit.ts"
import { readingIntake, type IntakeOptions } from "./reading-intake.ts"

const home = { ...keyPairOf(new Uint8Array(32).fill(1)), algorithm: "ed25519" as const }
const other = { ...keyPairOf(new Uint8Array(32).fill(2)), algorithm: "ed25519" as const }

/** Of the state the intake looks at metering points and market time only. */
const point = { gatewayKey: home.publicKey, sequences: { highest: 5, missing: [{ from: 2, to: 2 }], knownFrom: 1 } }
const state = { metering: { points: new Map([["p1", point]]) }, grid: { marketTime: 900 } } as unknown as AreaState

let runtime: ManagedRuntime.ManagedRuntime<ReadingIntake, never> | undefined
afterEach(() => runtime?.dispose())

/** The intake over an engine whose submissions a test sees; `gate` holds them back. */
const intakeOver = async (options: IntakeOptions = {}, fails = false) => {
  const submissions: Array<ReadonlyArray<Uint8Array>> = []
  const gate = await Effect.runPromise(Deferred.make<void>())
  const receipt = (bytes: Uint8Array): SignedReceipt => ({ receipt: { domain: RECEIPT_DOMAIN, area: "a1", position: 1, recordHash: recordHash(bytes), verdict: "Accepted", refused: 0 }, signature: new Uint8Array(64) })
  // Of the engine the intake uses these only.
  const engine = {
    area: "a1",
    state,
    submit: (records: ReadonlyArray<Uint8Array>) =>
      Effect.gen(function* () {
        submissions.push(records)
        yield* Deferred.await(gate)
        if (fails) return yield* new LogUnavailable({ area: "a1", cause: "away" })
        return records.map(receipt)
      }),
    hasStopped: Effect.succeed(false)
  } as unknown as Engine["Service"]
  runtime = ManagedRuntime.make(readingIntake(options).pipe(Layer.provide(Layer.mergeAll(Layer.succeed(Engine, engine), Layer.succeed(WalletSignature, { verify: () => false })))))
  const intake = await runtime.runPromise(Effect.gen(function* () { return yield* ReadingIntake }))
  return { submissions, open: () => Effect.runPromise(Deferred.succeed(gate, undefined)), submit: (bytes: Uint8Array, presenter?: Uint8Array) => Effect.runPromise(Effect.result(intake.submit(bytes, presenter))) }
}

const readings = (meteringPoint: string, sequence = 6): Command => ({ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [{ meteringPoint, sequence, time: 900, registerWh: 1, powerW: 0 }] })
const nameOf = async (bytes: Uint8Array, presenter?: Uint8Array): Promise<string> => {
  const { submit, submissions } = await intakeOver()
  const result = await submit(bytes, presenter)
  expect(submissions).toEqual([])
  return result._tag === "Failure" ? result.failure.name : "taken"
}

describe("in front of the command log", () => {
  test("a batch is refused by name, and nothing is appended", async () => {
    const good = sealEnvelope(home, "a1", [readings("p1")])
    expect(await nameOf(good.subarray(0, good.length - 1))).toBe("Malformed")
    expect(await nameOf(new Uint8Array(LARGEST_BATCH + 1))).toBe("TooLarge")
    expect(await nameOf(sealEnvelope(home, "a2", [readings("p1")]))).toBe("WrongDomain")
    expect(await nameOf(sealEnvelope({ ...other, publicKey: home.publicKey }, "a1", [readings("p1")]))).toBe("BadSignature")
    expect(await nameOf(good, other.publicKey)).toBe("ForeignKey")
    expect(await nameOf(sealEnvelope(other, "a1", [readings("p1")]))).toBe("UnknownGateway")
    expect(await nameOf(sealEnvelope(home, "a1", [readings("p9")]))).toBe("UnknownGateway")
    expect(await nameOf(sealEnvelope(home, "a1", [{ kind: "Tick", area: "a1", time: 900 }]))).toBe("NotReadings")
    expect(await nameOf(sealEnvelope(home, "a1", [readings("p1"), readings("p1", 7)]))).toBe("NotReadings")
  })

  test("no changed byte of a batch is taken", async () => {
    const good = sealEnvelope(home, "a1", [readings("p1")])
    const { submit, submissions } = await intakeOver()
    await fc.assert(fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = good.slice()
      changed[at] = changed[at]! ^ flip
      expect((await submit(changed, home.publicKey))._tag).toBe("Failure")
    }), { numRuns: 200 })
    expect(submissions).toEqual([])
  })

  test("a good one is answered with its receipt and with what is still missing", async () => {
    const { submit, open } = await intakeOver()
    await open()
    const bytes = sealEnvelope(home, "a1", [readings("p1")])
    expect(await submit(bytes, home.publicKey)).toMatchObject({ _tag: "Success", success: { receipt: { receipt: { recordHash: recordHash(bytes) } }, refill: [{ reading: 0, from: 2, to: 2 }] } })
  })

  test("what comes while one submission runs goes together in the next", async () => {
    const { submit, open, submissions } = await intakeOver()
    const batches = Array.from({ length: 20 }, (_, index) => sealEnvelope(home, "a1", [readings("p1", index + 6)]))
    const first = submit(batches[0]!)
    await expect.poll(() => submissions.length).toBe(1)
    const rest = batches.slice(1).map((one) => submit(one))
    await expect.poll(async () => (await submit(new Uint8Array()))._tag).toBe("Failure")
    await new Promise((resolve) => setTimeout(resolve, 50))
    await open()
    expect((await Promise.all([first, ...rest])).every(({ _tag }) => _tag === "Success")).toBe(true)
    expect(submissions.map(({ length }) => length)).toEqual([1, 19])
  })

  test("who hands over too much, or to an engine that is full or away, is told when to come again", async () => {
    const batch = (sequence: number) => sealEnvelope(home, "a1", [readings("p1", sequence)])
    const hasty = await intakeOver({ rate: { perSecond: 0.1, burst: 2 } })
    await hasty.open()
    const results = [await hasty.submit(batch(6)), await hasty.submit(batch(7)), await hasty.submit(batch(8))]
    expect(results.map(({ _tag }) => _tag)).toEqual(["Success", "Success", "Failure"])
    expect(results[2]).toMatchObject({ failure: { name: "TooFast", retryAfter: 10 } })
    await runtime!.dispose()
    const full = await intakeOver({ capacity: 1 })
    const first = full.submit(batch(6))
    await expect.poll(() => full.submissions.length).toBe(1)
    expect(await full.submit(batch(7))).toMatchObject({ failure: { name: "Busy" } })
    await full.open()
    expect((await first)._tag).toBe("Success")
    await runtime!.dispose()
    const away = await intakeOver({}, true)
    await away.open()
    expect(await away.submit(batch(6))).toMatchObject({ failure: { name: "EngineAway" } })
  })
})

test("a bucket gives its burst and then its rate, whoever else asks", () => {
  const limit = new RateLimit({ perSecond: 2, burst: 3 })
  expect([0, 0, 0, 0].map(() => limit.take("a", 10))).toEqual([0, 0, 0, 0.5])
  expect(limit.take("b", 10)).toBe(0)
  expect(limit.take("a", 10.5)).toBe(0)
  expect(limit.take("a", 9)).toBe(0.5)
})

test("many tokens at once wait for as many, but for no more than a full bucket, which then owes the rest", () => {
  const limit = new RateLimit({ perSecond: 2, burst: 4 })
  expect([limit.take("a", 10, 3), limit.take("a", 10, 2), limit.take("a", 10.5, 2)]).toEqual([0, 0.5, 0])
  expect([limit.take("b", 10, 10), limit.take("b", 10), limit.take("b", 13), limit.take("b", 13.5)]).toEqual([0, 3.5, 0.5, 0])
  expect([limit.take("a", 11, 10), limit.take("a", 12.5, 10)]).toEqual([1.5, 0])
})
