import { Effect, Layer } from "effect"
import type pg from "pg"
import { CommandLog, LogUnavailable } from "../../../engine/service/ports/driven/command-log.ts"
import { makePool } from "../pool.ts"
import { appendRecords } from "./append-records.ts"
import { groupAppends } from "./group-appends.ts"
import { readLog } from "./log-reader.ts"
import { listenForAppends } from "./wake-up.ts"

/** Where the embedded log lies, and how patient its readers are. */
export type EmbeddedLogOptions = (
  | { readonly connectionString: string }
  /** A pool of somebody else, who ends it and listens to its "error" event; one connection of it is kept for LISTEN. */
  | { readonly pool: pg.Pool }
) & {
  /** Milliseconds that a reader bridges an absent database before `take` fails; default two minutes. */
  readonly readerPatience?: number
}

const READER_PATIENCE = 120_000

/**
 * The command log in PostgreSQL, over the tables command_log_head and command_log: for who runs no Kafka.
 * An append fails with LogUnavailable when the database is away; a reader waits for it to come back.
 * Building the layer does not wait for the database.
 */
export const embeddedLogLayer = (options: EmbeddedLogOptions): Layer.Layer<CommandLog> =>
  Layer.effect(
    CommandLog,
    Effect.gen(function* () {
      const pool = yield* poolOf(options)
      const wakeUp = yield* Effect.acquireRelease(
        Effect.sync(() => listenForAppends(pool)),
        ({ stop }) => Effect.sync(stop)
      )
      const patience = options.readerPatience ?? READER_PATIENCE
      const writers = new Map<string, ReturnType<typeof groupAppends>>()
      const writer = (area: string): ReturnType<typeof groupAppends> => {
        const known = writers.get(area) ?? groupAppends((records) => appendRecords(pool, area, records))
        writers.set(area, known)
        return known
      }
      return CommandLog.of({
        append: (area, records) =>
          records.length === 0
            ? Effect.void
            : Effect.tryPromise({ try: () => writer(area)(records), catch: (cause) => new LogUnavailable({ area, cause }) }),
        read: (area, position) => Effect.sync(() => readLog({ pool, wakeUp, area, patience }, position))
      })
    })
  )

const poolOf = (options: EmbeddedLogOptions) =>
  "pool" in options
    ? Effect.succeed(options.pool)
    : Effect.acquireRelease(
        Effect.sync(() => makePool(options.connectionString)),
        (pool) => Effect.promise(() => pool.end())
      )
