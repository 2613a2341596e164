import { Effect, Schedule } from "effect"
import type pg from "pg"
import { LogUnavailable, type LogReader, type LogRecord } from "../../../engine/service/ports/driven/command-log.ts"
import type { WakeUp } from "./wake-up.ts"

/** Milliseconds between two looks into the table when nobody wakes the reader. */
const POLL_EVERY = 250
/** Milliseconds that one query may take. */
const QUERY_PATIENCE = 10_000

/** What a reader needs to know. */
export interface ReaderPlan {
  readonly pool: pg.Pool
  readonly wakeUp: WakeUp
  readonly area: string
  /** Milliseconds that a database may be away before `take` fails; taking again goes on where it stood. */
  readonly patience: number
}

/** The cause of LogUnavailable when wanted records are gone; whoever wanted them must stop. */
export class RecordsForgotten extends Error {
  override readonly name = "RecordsForgotten"
}

/** Reads an area's table from `position` on, record by record in their order. */
export const readLog = ({ pool, wakeUp, area, patience }: ReaderPlan, position: number): LogReader => {
  let next = position
  const unavailable = (cause: unknown): LogUnavailable => new LogUnavailable({ area, cause })
  const retrying = Schedule.min([Schedule.exponential(50), Schedule.spaced(1_000)]).pipe(Schedule.upTo({ duration: patience }))

  /** Every query has the whole patience for itself, so that two short outages hours apart do not add up. */
  const patiently = <A>(attempt: () => Promise<A>): Effect.Effect<A, LogUnavailable> =>
    Effect.retry(Effect.tryPromise({ try: attempt, catch: unavailable }), {
      schedule: retrying,
      while: ({ cause }) => !(cause instanceof RecordsForgotten)
    })

  const take = Effect.fnUntraced(function* (limit: number) {
    for (;;) {
      // Counted before the look: an append that commits in between is heard of, and nobody sleeps over it.
      const heard = wakeUp.heard(area)
      const records = yield* patiently(() => selectRecords(pool, area, next, limit))
      if (records.length > 0) {
        next = records.at(-1)!.position + 1
        return records
      }
      yield* patiently(refuseHole)
      yield* Effect.promise((signal) => wakeUp.wait(area, heard, POLL_EVERY, signal))
    }
  })

  /** Nothing from `next` on, though the head is past it, and still nothing at a second look: it was deleted. */
  const refuseHole = async (): Promise<void> => {
    const head = await pool.query<{ next: string }>(query("select next_position::text as next from command_log_head where area = $1", [area]))
    const end = Number(head.rows[0]?.next ?? 0)
    if (end <= next || (await selectRecords(pool, area, next, 1)).length > 0) return
    throw new RecordsForgotten(`${area}'s log holds nothing from position ${next} on, but its next position is ${end}`)
  }

  const forgetBelow = (below: number): Effect.Effect<void, LogUnavailable> =>
    Effect.tryPromise({
      try: () => pool.query(query("delete from command_log where area = $1 and position < $2", [area, below])),
      catch: unavailable
    })

  return { take, forgetBelow }
}

const query = (text: string, values: unknown[]): pg.QueryConfig => ({ text, values, query_timeout: QUERY_PATIENCE }) as pg.QueryConfig

const selectRecords = async (pool: pg.Pool, area: string, from: number, limit: number): Promise<LogRecord[]> => {
  // Not "position::text" as it is: "order by position" would mean that text, and 100 would come before 97.
  const text = "select position::text as at, record from command_log where area = $1 and position >= $2 order by position limit $3"
  const { rows } = await pool.query<{ at: string; record: Buffer }>({ ...query(text, [area, from, limit]), name: "commonwatt-log-read" })
  return rows.map(({ at, record }) => ({ position: Number(at), bytes: record }))
}
