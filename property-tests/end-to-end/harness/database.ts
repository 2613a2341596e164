import { join } from "node:path"
import type pg from "pg"
import { makePool } from "../../../adapters/timescale/pool.ts"
import { startEmbeddedPostgres } from "../../../infra/local/embedded-postgres.ts"
import { startTimescale } from "../../../infra/local/timescale.ts"

/** Starts (or adopts) the database of a data folder and lends a pool to `use`, as an auditor from outside would. */
export const withDatabase = async <A>(data: string, profile: "embedded" | "full", use: (pool: pg.Pool) => Promise<A>): Promise<A> => {
  const part = profile === "embedded" ? await startEmbeddedPostgres({ dataDir: join(data, "postgres") }) : await startTimescale({ dataDir: join(data, "timescale") })
  const pool = makePool(part.url)
  try {
    return await use(pool)
  } finally {
    await pool.end()
    if (!part.adopted) await part.stop()
  }
}
