import type pg from "pg"
import { inTransaction } from "./transaction.ts"

/** Records that one step of a follower looks at. */
const STEP = 2_000

/** An event row as a follower sees it. */
export interface FollowedEvent {
  readonly position: number
  readonly index: number
  readonly payload: Buffer
}

/** One that works behind the journal, with progress of its own. */
export interface Follower {
  readonly name: string
  /** The kind of events it wants; all where undefined. */
  readonly kind?: string
  /** Its effect, in the transaction that moves its progress; what it does outside that transaction it may do twice. */
  readonly handle: (client: pg.ClientBase, events: ReadonlyArray<FollowedEvent>) => Promise<void>
}

/** Moves a follower one step on and returns how many records are still to come. */
export const followJournal = (pool: pg.Pool, area: string, { name, kind, handle }: Follower): Promise<number> =>
  inTransaction(pool, async (client) => {
    await client.query("insert into follower_progress values ($1, $2, 0) on conflict do nothing", [area, name])
    const from = (
      await client.query<{ position: number }>("select position from follower_progress where area = $1 and follower = $2 for update", [area, name])
    ).rows[0]!.position
    const head = (await client.query<{ next_position: number }>("select next_position from area_head where area = $1", [area])).rows[0]?.next_position ?? 0
    const to = Math.min(head, from + STEP)
    if (to === from) return 0
    const { rows } = await client.query<FollowedEvent>(
      `select position, index, payload from event where area = $1 and position >= $2 and position < $3 and ($4::text is null or kind = $4)
       order by position, index`,
      [area, from, to, kind ?? null]
    )
    await handle(client, rows)
    await client.query("update follower_progress set position = $3 where area = $1 and follower = $2", [area, name, to])
    return head - to
  })
