import { Context, Deferred, Effect, Layer, PubSub, Schedule, Schema, Scope, Semaphore, Stream } from "effect"
import type { Command } from "../../core/command.ts"
import type { Event } from "../../core/event.ts"
import type { PositionedRecord } from "../../core/envelope.ts"
import type { SignedReceipt } from "../../core/receipt.ts"
import { toHex } from "../../core/quantity/bytes.ts"
import { encodeState, snapshotHash, stateHash, type AreaState } from "../../core/state.ts"
import { step } from "../../core/step.ts"
import { isFaultOn, passBoundary, snapshotDistance } from "../faults.ts"
import type { KeyPair } from "../keys/ed25519.ts"
import { recoverState } from "../journal/recover.ts"
import { CommandLog, LogUnavailable, type LogRecord } from "../ports/driven/command-log.ts"
import { Fenced, Journal, JournalCorrupt, JournalUnavailable, type JournalEntry, type StoredReceipt } from "../ports/driven/journal.ts"
import { WalletSignature } from "../ports/driven/wallet-signature.ts"
import type { CommittedRecord } from "../ports/driving/event-feed.ts"
import { checkRecord, recordHash } from "./check-record.ts"
import { commitForCertain } from "./commit-batch.ts"
import { ReceiptWaiters, signReceipt } from "./receipts.ts"
import { sealEnvelope } from "../../core/seal-envelope.ts"
import { subjectOf } from "./subject.ts"

/** A record did not come back from the log in time. It may still: submit the same bytes again. */
export class ReceiptLate extends Schema.TaggedError<ReceiptLate>()("ReceiptLate", { area: Schema.String, seconds: Schema.Number }) {}

/** The log has a hole: the area halts, for nobody may guess what stood there (design, decision 6). */
export class LogGap extends Schema.TaggedError<LogGap>()("LogGap", { area: Schema.String, expected: Schema.Number, found: Schema.Number }) {}

export type EngineFailure = LogGap | Fenced | JournalCorrupt | JournalUnavailable | LogUnavailable

/** What the engine of an area is started with. */
export interface EngineOptions {
  readonly area: string
  /** Signs ticks, runs and receipts: the operator's key. */
  readonly operatorKey: KeyPair
  readonly onReplay?: (position: number, of: number) => void
}

/** Records applied in one transaction at most. */
const BATCH_LIMIT = 256
/** Records between two snapshots. */
const SNAPSHOT_EVERY = snapshotDistance(2_000)
/** How long a submission waits for its receipt, in seconds. */
const RECEIPT_PATIENCE = 20
/** Questions for receipts that a database which went away did not answer. */
const ANSWER_AGAIN = Schedule.spaced("500 millis").pipe(Schedule.upTo({ times: 20 }))
/** Batches of committed records that a slow reader of the feed may lag. */
const FEED_CAPACITY = 1_024

/** The engine of one grid area: its only writer. */
export class Engine extends Context.Service<
  Engine,
  {
    readonly area: string
    /** Writer epoch of this process. */
    readonly epoch: number
    /** Hands records to the log and waits for their receipts; a record that is journaled already gets its first receipt. */
    readonly submit: (records: ReadonlyArray<Uint8Array>) => Effect.Effect<ReadonlyArray<SignedReceipt>, LogUnavailable | JournalUnavailable | ReceiptLate>
    /** Signs commands with the operator's key and submits them. */
    readonly issue: (commands: ReadonlyArray<Command>) => Effect.Effect<SignedReceipt, LogUnavailable | JournalUnavailable | ReceiptLate>
    /** Hands a record to the log and waits for nothing but that. */
    readonly append: (record: Uint8Array) => Effect.Effect<void, LogUnavailable>
    /** Whether a record of this hash is journaled. */
    readonly isJournaled: (hash: Uint8Array) => Effect.Effect<boolean, JournalUnavailable>
    /** The state, to look at only. */
    readonly state: AreaState
    /** Reads the state between batches, when all that is in it is in the journal too: what is read may leave the process. */
    readonly whenSettled: <A>(read: (state: AreaState) => A) => Effect.Effect<A>
    readonly committed: Stream.Stream<ReadonlyArray<CommittedRecord>>
    /** Fails when the engine has to stop; never succeeds. */
    readonly failure: Effect.Effect<never, EngineFailure>
    /** True once `failure` has come: nothing more is journaled, so nothing is worth handing over. */
    readonly hasStopped: Effect.Effect<boolean>
    /** Saves a snapshot now, for a quick next start; none once the engine has stopped. */
    readonly snapshot: Effect.Effect<void, JournalUnavailable | Fenced>
  }
>()("engine/service/Engine") {
  static readonly layer = (options: EngineOptions) => Layer.effect(Engine, makeEngine(options))
}

/** An order of a preference that is refused was nobody's command. */
const isRefusal = (event: Event): boolean => {
  if (event.kind === "CommandRefused" || event.kind === "OrderChangeRefused") return true
  return event.kind === "ReadingRefused" ? event.status !== "Repeated" : event.kind === "OrderRefused" && event.clientOrderId !== undefined
}

const makeEngine = Effect.fn("Engine.make")(function* ({ area, operatorKey, onReplay }: EngineOptions) {
  const log = yield* CommandLog
  const journal = yield* Journal
  const wallets = yield* WalletSignature
  const scope = yield* Scope.Scope
  const head = yield* journal.open(area)
  const { state, snapshotAt: lastSnapshot } = yield* recoverState(area, head, (position) => onReplay?.(position, head.nextPosition))
  const waiters = new ReceiptWaiters()
  const feed = yield* PubSub.sliding<ReadonlyArray<CommittedRecord>>(FEED_CAPACITY)
  const failed = yield* Deferred.make<never, EngineFailure>()
  const reader = yield* log.read(area, isFaultOn("redeliver") ? lastSnapshot : head.nextPosition)
  if (isFaultOn("lose-delivered")) yield* reader.take(BATCH_LIMIT).pipe(Effect.timeoutOption("1 second"))
  // A batch is in the state before it is in the journal: between the two nobody may take a snapshot.
  const betweenBatches = yield* Semaphore.make(1)
  let snapshotAt = lastSnapshot

  const applyRecord = ({ bytes }: LogRecord, record: PositionedRecord): JournalEntry => {
    const subject = subjectOf(state, record)
    const events = step(state, record)
    return { record, bytes, subject: subject ?? subjectOf(state, record), events, refused: events.filter(isRefusal).length, marketTime: state.grid.marketTime }
  }

  const saveSnapshot = Effect.fnUntraced(function* () {
    const bytes = encodeState(state)
    const nextPosition = state.nextPosition
    snapshotAt = nextPosition
    yield* Effect.promise(() => passBoundary("during-snapshot"))
    yield* journal.saveSnapshot({ area, epoch: head.epoch }, { nextPosition, state: bytes, hash: snapshotHash(bytes) })
    yield* reader.forgetBelow(nextPosition).pipe(Effect.ignore)
  })

  const answer = Effect.fnUntraced(function* (entries: ReadonlyArray<JournalEntry>) {
    const awaited = entries.map(({ record }) => record.hash).filter(waiters.isAwaited)
    if (awaited.length === 0) return
    const receipts = yield* journal.receipts(area, awaited).pipe(Effect.retry(ANSWER_AGAIN))
    for (const receipt of receipts) yield* waiters.resolve(receipt)
  })

  const applyBatch = Effect.fn("Engine.applyBatch")(function* (taken: ReadonlyArray<LogRecord>) {
    const records = isFaultOn("skip-offset-check") ? taken : taken.filter(({ position }) => position >= state.nextPosition)
    if (records.length === 0) return
    if (!isFaultOn("skip-offset-check")) {
      for (const [index, { position }] of records.entries()) {
        if (position !== state.nextPosition + index) return yield* new LogGap({ area, expected: state.nextPosition + index, found: position })
      }
    }
    const context = { area, now: Math.floor(Date.now() / 1000), wallets }
    const checked = yield* Effect.promise(() => Promise.all(records.map(({ position, bytes }) => checkRecord(position, bytes, context))))
    const entries = records.map((record, index) => applyRecord(record, checked[index]!))
    yield* Effect.promise(() => passBoundary("before-commit"))
    yield* commitForCertain({ area, epoch: head.epoch, entries, stateHash: stateHash(state), marketTime: state.grid.marketTime })
    yield* Effect.promise(() => passBoundary("after-commit"))
    // Everything is journaled by now. Whoever misses a receipt asks again, and a snapshot is only a shortcut.
    yield* answer(entries).pipe(Effect.ignore)
    yield* PubSub.publish(feed, entries.map(({ record, events }) => ({ position: record.position, events })))
    if (state.nextPosition - snapshotAt >= SNAPSHOT_EVERY) yield* saveSnapshot().pipe(Effect.ignore)
  })

  const loop = Effect.forever(Effect.flatMap(reader.take(BATCH_LIMIT), (taken) => betweenBatches.withPermits(1)(applyBatch(taken))))
  yield* loop.pipe(
    Effect.catchCause((cause) => Deferred.failCause(failed, cause)),
    Effect.provideService(Journal, journal),
    Effect.forkIn(scope)
  )

  const submit = Effect.fn("Engine.submit")(function* (records: ReadonlyArray<Uint8Array>) {
    const hashes = records.map(recordHash)
    const known = new Map<string, StoredReceipt>()
    for (const receipt of yield* journal.receipts(area, hashes)) known.set(toHex(receipt.recordHash), receipt)
    const waits: Array<{ readonly hash: Uint8Array; readonly deferred: Deferred.Deferred<StoredReceipt> }> = []
    for (const hash of hashes) if (!known.has(toHex(hash))) waits.push({ hash, deferred: yield* waiters.await(hash) })
    const missing = records.filter((_, index) => !known.has(toHex(hashes[index]!)))
    const collect = Effect.gen(function* () {
      if (missing.length > 0) yield* log.append(area, missing)
      for (const { deferred } of waits) {
        const receipt = yield* Deferred.await(deferred)
        known.set(toHex(receipt.recordHash), receipt)
      }
    })
    yield* collect.pipe(
      Effect.timeoutOrElse({
        duration: RECEIPT_PATIENCE * 1000,
        orElse: () => Effect.fail(new ReceiptLate({ area, seconds: RECEIPT_PATIENCE }))
      }),
      Effect.ensuring(Effect.sync(() => waits.forEach(({ hash, deferred }) => waiters.leave(hash, deferred))))
    )
    return hashes.map((hash) => signReceipt(operatorKey, area, known.get(toHex(hash))!))
  })

  const operator = { ...operatorKey, algorithm: "ed25519" as const }
  return Engine.of({
    area,
    epoch: head.epoch,
    submit,
    issue: (commands) => Effect.map(submit([sealEnvelope(operator, area, commands)]), (receipts) => receipts[0]!),
    append: (record) => log.append(area, [record]),
    isJournaled: (hash) => Effect.map(journal.receipts(area, [hash]), (found) => found.length > 0),
    state,
    whenSettled: (read) => betweenBatches.withPermits(1)(Effect.sync(() => read(state))),
    committed: Stream.fromPubSub(feed),
    failure: Deferred.await(failed),
    hasStopped: Deferred.isDone(failed),
    // After a commit that failed the state is ahead of the journal for good.
    snapshot: Effect.flatMap(Deferred.isDone(failed), (stopped) => (stopped || state.nextPosition <= snapshotAt ? Effect.void : saveSnapshot())).pipe(
      betweenBatches.withPermits(1)
    )
  })
})
