import { Context, type Stream } from "effect"
import type { Event } from "../../../core/event.ts"

/** Events of one record, after the transaction that made them durable. */
export interface CommittedRecord {
  readonly position: number
  readonly events: ReadonlyArray<Event>
}

/** What was committed, as it is committed; a slow reader misses nothing it cannot read from the views by position. */
export class EventFeed extends Context.Service<
  EventFeed,
  {
    /** Batches of committed records from now on; the oldest are dropped for a reader that lags by more than 1,024 batches. */
    readonly committed: Stream.Stream<ReadonlyArray<CommittedRecord>>
  }
>()("engine/service/EventFeed") {}
