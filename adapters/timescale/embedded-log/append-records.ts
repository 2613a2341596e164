import type pg from "pg"
import { wakeChannel } from "./wake-up.ts"

/** Milliseconds after which an append's fate counts as unknown, besides the pool's own wait for a connection. */
const COMMIT_PATIENCE = 8_000

// One statement is one transaction and one round trip. The head row stays locked until the commit, so positions become
// visible in their order; the records come as one bytea, because an array of them would travel as hexadecimal text.
const appendStatement = `
with head as (
  update command_log_head set next_position = next_position + $2 where area = $1
  returning next_position - $2 as first
), part as (
  select ordinality - 1 as index, start, length
  from unnest($4::int[], $5::int[]) with ordinality as parts (start, length, ordinality)
), written as (
  insert into command_log (area, position, record)
  select $1, head.first + part.index, substring($3::bytea from part.start for part.length) from head, part
)
select pg_notify('${wakeChannel}', $1) from head`

/** Appends records to an area in one transaction and wakes its readers. Rejects with pg's error; then their fate is unknown. */
export const appendRecords = async (pool: pg.Pool, area: string, records: ReadonlyArray<Uint8Array>): Promise<void> => {
  if (await appendBehindHead(pool, area, records)) return
  await pool.query("insert into command_log_head values ($1, 0) on conflict do nothing", [area])
  if (!(await appendBehindHead(pool, area, records))) throw new Error(`the head of ${area}'s log vanished`)
}

/** False when the area has no head row yet; nothing was written then. */
const appendBehindHead = async (pool: pg.Pool, area: string, records: ReadonlyArray<Uint8Array>): Promise<boolean> => {
  const starts: number[] = []
  let start = 1
  for (const record of records) {
    starts.push(start)
    start += record.length
  }
  const lengths = records.map((record) => record.length)
  const done = await pool.query({
    name: "commonwatt-log-append",
    text: appendStatement,
    values: [area, records.length, Buffer.concat(records), starts, lengths],
    query_timeout: COMMIT_PATIENCE
  } as pg.QueryConfig)
  return done.rowCount === 1
}
