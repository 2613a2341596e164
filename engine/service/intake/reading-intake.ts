import { Deferred, Effect, Layer, Queue } from "effect"
import { toHex } from "../../core/quantity/bytes.ts"
import type { PositionedRecord } from "../../core/envelope.ts"
import type { SignedReceipt, UplinkAnswer } from "../../core/receipt.ts"
import { WalletSignature } from "../ports/driven/wallet-signature.ts"
import { LARGEST_BATCH, ReadingIntake, type BatchRefused } from "../ports/driving/reading-intake.ts"
import { refusalOf, refuse } from "./batch-check.ts"
import { checkRecord } from "./check-record.ts"
import { Engine } from "./engine.ts"
import { RateLimit, type Rate } from "./rate-limit.ts"
import { refillFor } from "./refill.ts"

/** Limits of the bridge. */
export interface IntakeOptions {
  /** Batches that one gateway may hand over. */
  readonly rate?: Rate
  /** Batches that may wait for the engine at once. */
  readonly capacity?: number
}

/** A gateway that catches up after a week sends thousands of batches in a row; one that polls sends one a second. */
const RATE: Rate = { perSecond: 200, burst: 2_000 }
const CAPACITY = 4_096
/** Batches that go to the log in one submission. */
const GROUP = 256
/** Seconds that a gateway waits when the engine did not answer. */
const AWAY_FOR = 2

interface Waiting {
  readonly batch: Uint8Array
  readonly answer: Deferred.Deferred<SignedReceipt, BatchRefused>
}

const seconds = (): number => Date.now() / 1000

/**
 * The bridge in front of the command log. Every batch is checked here before anything is appended, so that hostile
 * bytes cost a check and no log position; `step` checks again. While one submission runs the next batches wait, and
 * the next submission takes them all.
 */
export const readingIntake = ({ rate = RATE, capacity = CAPACITY }: IntakeOptions = {}): Layer.Layer<ReadingIntake, never, Engine | WalletSignature> =>
  Layer.effect(
    ReadingIntake,
    Effect.gen(function* () {
      const engine = yield* Engine
      const wallets = yield* WalletSignature
      const limit = new RateLimit(rate)
      const queue = yield* Queue.unbounded<Waiting>()
      let waiting = 0

      const away = (cause: string) => refuse("EngineAway", `the engine does not answer (${cause})`, "nothing; the gateway keeps the batch and tries again", AWAY_FOR)
      const handOver = Effect.fnUntraced(function* (group: ReadonlyArray<Waiting>) {
        if (yield* engine.hasStopped) return yield* away("it has stopped")
        return yield* engine.submit(group.map(({ batch }) => batch)).pipe(Effect.mapError(({ _tag }) => away(_tag)))
      })
      const settle = (group: ReadonlyArray<Waiting>) =>
        handOver(group).pipe(
          Effect.matchEffect({
            onFailure: (error) => Effect.forEach(group, ({ answer }) => Deferred.fail(answer, error), { discard: true }),
            onSuccess: (receipts) => Effect.forEach(group, ({ answer }, index) => Deferred.succeed(answer, receipts[index]!), { discard: true })
          })
        )
      yield* Queue.takeBetween(queue, 1, GROUP).pipe(Effect.flatMap(settle), Effect.forever, Effect.forkScoped)

      const admit = (record: PositionedRecord, presenter: Uint8Array | undefined): BatchRefused | undefined => {
        const refusal = refusalOf(engine.state, record, presenter)
        if (refusal !== undefined) return refusal
        const pause = limit.take(toHex(record.signer), seconds())
        if (pause > 0) return refuse("TooFast", "this gateway hands over more batches than it may", "put more readings into one batch", Math.ceil(pause))
        return waiting >= capacity ? refuse("Busy", `${waiting} batches wait for the engine already`, "nothing; the gateway keeps the batch and tries again", AWAY_FOR) : undefined
      }

      const submit = Effect.fnUntraced(function* (batch: Uint8Array, presenter: Uint8Array | undefined) {
        if (batch.length > LARGEST_BATCH) return yield* refuse("TooLarge", `a reading batch has at most ${LARGEST_BATCH} bytes, this one has ${batch.length}`, "put fewer readings into one batch")
        const record = yield* Effect.promise(() => checkRecord(0, batch, { area: engine.area, now: Math.floor(seconds()), wallets }))
        const refusal = admit(record, presenter)
        if (refusal !== undefined) return yield* refusal
        const answer = yield* Deferred.make<SignedReceipt, BatchRefused>()
        waiting++
        yield* Queue.offer(queue, { batch, answer })
        const receipt = yield* Deferred.await(answer).pipe(Effect.ensuring(Effect.sync(() => waiting--)))
        return { receipt, refill: refillFor(engine.state, record), engineTime: Math.floor(seconds()) } satisfies UplinkAnswer
      })
      return ReadingIntake.of({ submit, marketTime: Effect.sync(() => engine.state.grid.marketTime) })
    })
  )
