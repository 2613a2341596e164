import { Effect, Schedule } from "effect"
import type pg from "pg"
import { CanonicalWriter } from "../../../engine/core/quantity/canonical-writer.ts"
import { Anchoring } from "../../../engine/service/anchoring/anchoring.ts"
import { Engine } from "../../../engine/service/intake/engine.ts"
import { eventTopic } from "../../kafka/event-topic.ts"
import { followJournal } from "../../timescale/follow-journal.ts"
import { projectReadings } from "../../timescale/reading-projector.ts"
import { UserError } from "../user-error.ts"
import type { LateChain } from "./late-chain.ts"
import { sayProgress } from "./terminal.ts"

/** Anchors what waits, again and again, for as long as the scope lives. */
export const followChain = Effect.gen(function* () {
  const anchoring = yield* Anchoring
  yield* anchoring.drain.pipe(
    Effect.tapError((error) => Effect.sync(() => error._tag === "ChainUnavailable" || sayProgress("anchoring", `${error._tag}: ${"reason" in error ? error.reason : error.message}`))),
    Effect.ignore,
    Effect.repeat(Schedule.spaced("500 millis"))
  )
})

/** Fills the readings table behind the journal. */
export const followReadings = (pool: pg.Pool, area: string) =>
  Effect.tryPromise(() => projectReadings(pool, area)).pipe(Effect.ignore, Effect.repeat(Schedule.spaced("500 millis")))

/** Canonical bytes of the list of one record's events, from the bytes that are stored of each. */
const eventList = (events: ReadonlyArray<{ readonly payload: Uint8Array }>): Uint8Array => {
  const writer = new CanonicalWriter()
  writer.unsigned(events.length)
  for (const { payload } of events) writer.raw(payload)
  return writer.finish()
}

/** Publishes committed events to the event topic behind the journal; after a failure the same positions again. */
export const followEvents = Effect.fnUntraced(function* (pool: pg.Pool, area: string, brokers: ReadonlyArray<string>) {
  const topic = yield* eventTopic({ brokers })
  const step = Effect.tryPromise(() =>
    followJournal(pool, area, {
      name: "event topic",
      handle: (_, events) =>
        Effect.runPromise(topic.publish(area, [...Map.groupBy(events, (one) => one.position)].map(([position, ones]) => ({ position, bytes: eventList(ones) }))))
    })
  )
  yield* step.pipe(Effect.ignore, Effect.repeat(Schedule.spaced("500 millis")))
})

/** A batch that was refused so often in a row will not be anchored by waiting; a sequence number out of step is right the next time. */
const REFUSALS = 3
const passing: ReadonlySet<string> = new Set(["ChainUnavailable", "JournalUnavailable", "LogUnavailable", "ReceiptLate"])

/**
 * Waits until every recorded run is anchored; returns at once where there will be no chain. An answer that stays a no,
 * from the approver or the chain, is an error: waiting for it would never end.
 */
export const awaitAnchors = Effect.fnUntraced(function* (chain: LateChain) {
  const anchoring = yield* Anchoring
  const { state } = yield* Engine
  const isOpen = () => [...state.settlement.runs.values()].some(({ anchored, version }) => anchored < version)
  const came = yield* chain.client.pipe(Effect.as(true), Effect.catch(() => Effect.succeed(false)))
  if (!came) return
  let refusals = 0
  while (isOpen()) {
    const failure = yield* anchoring.drain.pipe(Effect.as(undefined), Effect.catch((error) => Effect.succeed(error)))
    refusals = failure === undefined || passing.has(failure._tag) ? 0 : refusals + 1
    if (failure !== undefined && refusals === REFUSALS) {
      const why = "reason" in failure ? failure.reason : failure.message
      return yield* Effect.fail(new UserError(`a batch is not anchored, ${failure._tag}: ${why}`, "see what `commonwatt audit` says about the data folder; the market itself goes on without --exit"))
    }
    yield* Effect.sleep("200 millis")
  }
})
