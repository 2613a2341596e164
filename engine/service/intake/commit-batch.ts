import { Effect } from "effect"
import { Fenced, Journal, JournalCorrupt, type JournalBatch } from "../ports/driven/journal.ts"

/** Pauses between questions to a database that does not answer, in milliseconds; their sum is the patience. */
const PAUSES = [100, 200, 400, 800, 1_500, 3_000, 3_000, 3_000, 3_000, 3_000]

/**
 * Commits a batch and learns its fate for certain: after a failure the stored offset tells whether the transaction
 * took place. There: go on. Not there: the same bytes again. Another epoch: fenced (design, decision 6).
 */
export const commitForCertain = Effect.fnUntraced(function* (batch: JournalBatch) {
  const journal = yield* Journal
  const first = batch.entries[0]!.record.position
  const after = batch.entries.at(-1)!.record.position + 1
  for (const pause of [...PAUSES, undefined]) {
    const failure = yield* journal.commit(batch).pipe(
      Effect.as(undefined),
      Effect.catchTag("JournalUnavailable", (error) => Effect.succeed(error))
    )
    if (failure === undefined) return
    if (pause === undefined) return yield* failure
    yield* Effect.sleep(pause)
    const head = yield* journal.head(batch.area).pipe(Effect.catchTag("JournalUnavailable", () => Effect.succeed(undefined)))
    if (head === undefined) continue
    if (head.epoch !== batch.epoch) return yield* new Fenced({ area: batch.area, epoch: batch.epoch })
    if (head.nextPosition === after) return
    if (head.nextPosition !== first) return yield* new JournalCorrupt({ area: batch.area, reason: `the journal stands at ${head.nextPosition}, not at ${first}` })
  }
})
