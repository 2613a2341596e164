import { Context, Schema, type Effect, type Scope } from "effect"

/** The log did not take or give records: the broker or database is away. What was appended may or may not be there. */
export class LogUnavailable extends Schema.TaggedError<LogUnavailable>()("LogUnavailable", {
  area: Schema.String,
  cause: Schema.Defect()
}) {}

/** One record of an area's log: its position counts up by one from 0, its bytes are one envelope batch. */
export interface LogRecord {
  readonly position: number
  readonly bytes: Uint8Array
}

/** A reader of an area's log; one at a time. */
export interface LogReader {
  /** Waits for at least one record and takes at most `limit`, in order of position. */
  readonly take: (limit: number) => Effect.Effect<ReadonlyArray<LogRecord>, LogUnavailable>
  /** Tells the log that records below `position` are journaled and may be forgotten. */
  readonly forgetBelow: (position: number) => Effect.Effect<void, LogUnavailable>
}

/** The one total order of records of a grid area (design, decision 1): a Kafka partition or the embedded log. */
export class CommandLog extends Context.Service<
  CommandLog,
  {
    /**
     * Appends records in their order. Success means they are durable; failure means their fate is unknown,
     * and whoever appended waits for the engine's receipt or appends again: duplicates are harmless.
     */
    readonly append: (area: string, records: ReadonlyArray<Uint8Array>) => Effect.Effect<void, LogUnavailable>
    /** Reads from `position` on until the scope closes. */
    readonly read: (area: string, position: number) => Effect.Effect<LogReader, LogUnavailable, Scope.Scope>
  }
>()("engine/service/CommandLog") {}
