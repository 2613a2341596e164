import { readdir, readFile } from "node:fs/promises"
import type pg from "pg"
import { inTransaction } from "./transaction.ts"

const folder = new URL("./migrations/", import.meta.url)

/** What the database offers: TimescaleDB's hypertables, or PostgreSQL's own partitions. */
export type TimePartitioning = "hypertable" | "native"

const SECONDS_PER_WEEK = 604_800
/** Advisory lock of migrations: "watt" in ASCII. */
const MIGRATION_LOCK = 0x77617474

/**
 * Brings the schema up to date, one migration after the other, under a lock so that two processes do not migrate at
 * once. Tables of time series become hypertables where TimescaleDB can be created, natively partitioned tables elsewhere.
 */
export const migrate = async (pool: pg.Pool): Promise<TimePartitioning> => {
  const partitioning = await findPartitioning(pool)
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort()
  await inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK])
    await client.query("create table if not exists migration (name text primary key, partitioning text not null)")
    const done = new Set((await client.query<{ name: string }>("select name from migration")).rows.map((row) => row.name))
    for (const name of files.filter((file) => !done.has(file))) {
      await apply(client, await readFile(new URL(name, folder), "utf8"), partitioning)
      await client.query("insert into migration values ($1, $2)", [name, partitioning])
    }
  })
  return partitioning
}

const findPartitioning = async (pool: pg.Pool): Promise<TimePartitioning> => {
  const available = await pool.query("select 1 from pg_available_extensions where name = 'timescaledb'")
  if (available.rowCount === 0) return "native"
  await pool.query("create extension if not exists timescaledb")
  return "hypertable"
}

const partitionMark = /create table (\w+) \(([^;]*?)\) \/\*partition by (\w+)\*\/;/gs

const apply = async (client: pg.ClientBase, sql: string, partitioning: TimePartitioning): Promise<void> => {
  const series = [...sql.matchAll(partitionMark)].map((match) => ({ table: match[1]!, column: match[3]! }))
  await client.query(
    sql.replaceAll(partitionMark, (_, table: string, columns: string, column: string) =>
      partitioning === "native" ? `create table ${table} (${columns}) partition by range (${column});` : `create table ${table} (${columns});`
    )
  )
  for (const { table, column } of series) {
    if (partitioning === "native") await client.query(yearlyPartitions(table))
    else {
      await client.query("select create_hypertable($1, $2, chunk_time_interval => $3::bigint, create_default_indexes => false)", [
        table,
        column,
        SECONDS_PER_WEEK
      ])
    }
  }
}

/** One partition a year from 2010 to 2040, as far as the calendar's data reaches, and one for everything else. */
const yearlyPartitions = (table: string): string => `do $$ begin
  for year in 2010..2039 loop
    execute format('create table ${table}_%s partition of ${table} for values from (%s) to (%s)', year,
      extract(epoch from make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'))::bigint,
      extract(epoch from make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'))::bigint);
  end loop;
  create table ${table}_other partition of ${table} default;
end $$`
