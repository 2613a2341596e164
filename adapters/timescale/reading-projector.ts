import type pg from "pg"
import { decode } from "../../engine/core/quantity/codec.ts"
import { event } from "../../engine/core/event.ts"
import { insertRows } from "./rows.ts"
import { inTransaction } from "./transaction.ts"

/** Records that one step of the projector looks at. */
const STEP = 2_000

/**
 * Fills the readings table behind the journal, one step at a time, with its own progress in the same transaction, and
 * returns how many records are still to come. The engine's own transaction stays small (facts on the hot path).
 */
export const projectReadings = (pool: pg.Pool, area: string): Promise<number> =>
  inTransaction(pool, async (client) => {
    await client.query("insert into reading_progress values ($1, 0) on conflict do nothing", [area])
    const from = (await client.query<{ position: number }>("select position from reading_progress where area = $1 for update", [area])).rows[0]!.position
    const head = (await client.query<{ next_position: number }>("select next_position from area_head where area = $1", [area])).rows[0]?.next_position ?? 0
    const to = Math.min(head, from + STEP)
    if (to === from) return 0
    const { rows } = await client.query<{ payload: Buffer }>(
      "select payload from event where area = $1 and kind = 'ReadingRecorded' and position >= $2 and position < $3",
      [area, from, to]
    )
    await insertRows(client, {
      table: "reading",
      columns: [["area", "text"], ["metering_point", "text"], ["time", "bigint"], ["sequence", "bigint"], ["register_wh", "bigint"], ["power_w", "integer"]],
      rows: rows.flatMap(({ payload }) => {
        const one = decode(event, payload)
        return one.kind === "ReadingRecorded" ? [[area, one.meteringPoint, one.time, one.sequence, one.registerWh, one.powerW]] : []
      }),
      onConflict: "on conflict do nothing"
    })
    await client.query("update reading_progress set position = $2 where area = $1", [area, to])
    return head - to
  })
