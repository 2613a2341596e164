import { setTimeout as sleep } from "node:timers/promises"
import { Effect, Schedule, type Scope } from "effect"
import { LogUnavailable, type LogReader, type LogRecord } from "../../engine/service/ports/driven/command-log.ts"
import { rootCause, type KafkaConnection } from "./client.ts"
import { openPartition, type FetchedMessage, type OpenPartition } from "./open-partition.ts"

/** What a reader needs to know. */
export interface PartitionReaderPlan {
  readonly connection: KafkaConnection
  readonly topic: string
  readonly area: string
  readonly partition: number
  readonly ensureTopic: () => Promise<void>
  /** Milliseconds that the broker may be away before `take` fails; taking again goes on where it stood. */
  readonly patience: number
}

/** The cause of LogUnavailable when the log cannot give the wanted records, now or ever: whoever wanted them must stop. */
export class RecordsGone extends Error {
  override readonly name = "RecordsGone"
}

/** Milliseconds that closing may take: a fetch that nobody waits for any more runs out meanwhile. */
const CLOSE_PATIENCE = 1_000

/**
 * Reads a partition from `position` on; a record's position is its offset. Offsets that Kafka keeps for groups play
 * no part. At most one fetch is asked for ahead of its use, and it is the only buffer: who takes slowly is sent little.
 */
export const readPartition = (plan: PartitionReaderPlan, position: number): Effect.Effect<LogReader, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => fetchesOf(plan, position)),
      ({ close }) => Effect.promise(close)
    ),
    (fetches) => readerOf(plan, fetches)
  )

const readerOf = ({ area, patience }: PartitionReaderPlan, fetches: Fetches): LogReader => {
  const retrying = Schedule.min([Schedule.exponential(100), Schedule.spaced(1_000)]).pipe(Schedule.upTo({ duration: patience }))
  // Each fetch has the whole patience for itself, so that two short outages hours apart do not add up.
  const fetched = Effect.retry(
    Effect.tryPromise({ try: fetches.fetched, catch: (cause) => new LogUnavailable({ area, cause: rootCause(cause) }) }),
    { schedule: retrying, while: ({ cause }) => !(cause instanceof RecordsGone) }
  )
  const take = Effect.fnUntraced(function* (limit: number) {
    for (;;) {
      // In one step of the fiber: whoever is interrupted while a fetch runs takes nothing and loses nothing.
      const records = fetches.some(limit)
      if (records.length > 0) return records
      yield* fetched
    }
  })
  // Retention forgets.
  return { take, forgetBelow: () => Effect.void }
}

interface Fetches {
  /** Resolves after one fetch, whether it brought records or not; asks for one unless one runs. */
  readonly fetched: () => Promise<void>
  /** Takes fetched records, at most `limit`, and asks for more when they were the last. */
  readonly some: (limit: number) => ReadonlyArray<LogRecord>
  readonly close: () => Promise<void>
}

const fetchesOf = (plan: PartitionReaderPlan, position: number): Fetches => {
  let wanted = position
  let ready: ReadonlyArray<LogRecord> = []
  let ahead: Promise<void> | undefined
  let open: OpenPartition | undefined
  let closed = false

  const fetch = async (): Promise<void> => {
    try {
      open ??= await connect()
      ready = (await open.fetch(wanted)).map((message) => recordOf(plan.area, message))
      wanted = (ready.at(-1)?.position ?? wanted - 1) + 1
    } catch (cause) {
      if (open !== undefined && isOutOfRange(cause)) return await explainRange(plan.area, open, wanted)
      void open?.close().catch(() => undefined)
      open = undefined
      throw cause
    }
  }

  const connect = async (): Promise<OpenPartition> => {
    await plan.ensureTopic()
    const opened = await openPartition(plan.connection, plan.topic, plan.partition)
    if (closed) await opened.close()
    return opened
  }

  const fetched = (): Promise<void> => {
    ahead ??= fetch().finally(() => (ahead = undefined))
    return ahead
  }

  const some = (limit: number): ReadonlyArray<LogRecord> => {
    const taken = ready.slice(0, limit)
    ready = ready.slice(limit)
    // A failure ahead of use is not lost: the fetch that follows it meets the same.
    if (ready.length === 0 && taken.length > 0 && !closed) fetched().catch(() => undefined)
    return taken
  }

  const close = async (): Promise<void> => {
    closed = true
    await Promise.race([open?.close().catch(() => undefined), sleep(CLOSE_PATIENCE)])
  }

  return { fetched, some, close }
}

const recordOf = (area: string, { offset, key, value }: FetchedMessage): LogRecord => {
  const owner = key === null ? "nobody" : Buffer.from(key).toString()
  if (owner !== area || value === null) throw new RecordsGone(`offset ${offset} in ${area}'s partition is ${owner}'s`)
  return { position: offset, bytes: value }
}

const isOutOfRange = (cause: unknown): boolean => (rootCause(cause) as { readonly type?: unknown }).type === "OFFSET_OUT_OF_RANGE"

/** Tells a log that forgot the wanted offset, which ends the reading, from one that has not come so far, which may. */
const explainRange = async (area: string, open: OpenPartition, wanted: number): Promise<void> => {
  const { start, end } = await open.bounds()
  if (wanted < start) throw new RecordsGone(`${area}'s log begins at offset ${start}: offsets ${wanted} to ${start - 1} are gone`)
  if (wanted > end) throw new Error(`${area}'s log ends at offset ${end}, before the wanted offset ${wanted}`)
}
