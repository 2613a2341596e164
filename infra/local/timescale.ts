import { checkExternalPostgres } from "./external-postgres.ts"
import type { PartOptions } from "./part.ts"
import { withClient } from "./postgres-connection.ts"
import { type RunningPostgres, startPostgresServer } from "./postgres-server.ts"
import { timescaleTools } from "./timescale-tree.ts"

const part = "TimescaleDB"

/** A PostgreSQL and the version of its TimescaleDB, undefined where somebody else's server has not got it. */
export interface RunningTimescale extends RunningPostgres {
  readonly timescaleVersion: string | undefined
}

/**
 * Starts (or adopts) a real TimescaleDB from Debian's packages, with the extension made in database `commonwatt`.
 * COMMONWATT_POSTGRES_URL names a running server to use instead; it is only checked, and never stopped.
 * Throws PartUnavailable without apt, network or a fitting platform, or when the server does not come up.
 */
export const startTimescale = async (options: PartOptions): Promise<RunningTimescale> => {
  const url = (options.env ?? process.env)["COMMONWATT_POSTGRES_URL"]
  if (url) {
    const external = await checkExternalPostgres(part, url)
    return { ...external, timescaleVersion: await installedVersion(external.url) }
  }
  const tools = await timescaleTools(part, options)
  const settings = { shared_preload_libraries: "timescaledb", "timescaledb.telemetry_level": "off" }
  const server = await startPostgresServer({ part, tools, settings }, options)
  await withClient(server, (client) => client.query("create extension if not exists timescaledb"))
  return { ...server, timescaleVersion: await installedVersion(server.url) }
}

const installedVersion = (url: string): Promise<string | undefined> =>
  withClient(url, async (client) => {
    const found = await client.query<{ extversion: string }>("select extversion from pg_extension where extname = 'timescaledb'")
    return found.rows[0]?.extversion
  })
