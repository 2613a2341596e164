import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { adoptOrStart, type Ports, type Server } from "./adopt-or-start.ts"
import { type PartOptions, type RunningPart, silent } from "./part.ts"
import { type ClusterTools, ensureCluster, housedCluster } from "./postgres-cluster.ts"
import { answersQuery, type PostgresAddress, postgresUrl } from "./postgres-connection.ts"
import { postgresStopLadder } from "./postgres-orphan.ts"
import { findServerUser } from "./server-user.ts"

/** A PostgreSQL that answers on 127.0.0.1. */
export interface RunningPostgres extends RunningPart, PostgresAddress {
  /** postgres://user:password@host:port/database */
  readonly url: string
  /** Server version, such as "18.4". */
  readonly version: string
}

/** What differs between the embedded server and the one with TimescaleDB. */
export interface PostgresKind {
  readonly part: string
  readonly tools: ClusterTools
  /** Server settings besides those that every kind gets. */
  readonly settings: Readonly<Record<string, string>>
}

// Everything that a commit promises stays on: the engine measures itself against fsync.
const commonSettings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  shared_buffers: "64MB",
  max_wal_size: "512MB",
  max_connections: "60",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] "
} as const

/** Adopts or starts a PostgreSQL of one kind and makes sure that the database `commonwatt` exists. */
export const startPostgresServer = async (kind: PostgresKind, options: PartOptions): Promise<RunningPostgres> => {
  const { part, tools } = kind
  const { dataDir, progress = silent } = options
  const user = await findServerUser(part)
  const cluster = join(dataDir, "cluster")
  const server: Server = await adoptOrStart({
    part,
    version: tools.version,
    dataDir,
    progress,
    portNames: ["port"],
    wantedPorts: options.port === undefined ? {} : { port: options.port },
    prepare: async ({ port = 0 }) => {
      const password = await keptPassword(dataDir)
      const real = await housedCluster(cluster, user)
      await ensureCluster({ part, tools, cluster: real, password, user, progress })
      const args = ["-D", join(real, "data"), "-p", String(port), ...settingArgs({ ...commonSettings, ...kind.settings })]
      return { command: tools.postgres, args, cwd: real, env: tools.env, user }
    },
    answers: async (ports) => answersQuery(part, await address(dataDir, ports)),
    patience: 60_000,
    stopLadder: postgresStopLadder,
    passing: /pre-existing shared memory block|"postmaster\.pid" already exists|database system is shutting down/
  })
  const at = await address(dataDir, server.ports)
  return {
    name: part,
    pid: server.process.pid,
    adopted: server.adopted,
    stop: server.stop,
    version: tools.version,
    url: postgresUrl(at),
    ...at
  }
}

const settingArgs = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])

const passwordFile = (dataDir: string): string => join(dataDir, "password")

/** The superuser's random password, readable by the owner of the data folder only. */
const keptPassword = async (dataDir: string): Promise<string> => {
  if (!existsSync(passwordFile(dataDir))) {
    await writeFile(passwordFile(dataDir), randomBytes(24).toString("base64url"), { mode: 0o600 })
  }
  return (await readFile(passwordFile(dataDir), "utf8")).trim()
}

const address = async (dataDir: string, { port = 0 }: Ports): Promise<PostgresAddress> => ({
  host: "127.0.0.1",
  port,
  user: "commonwatt",
  password: await keptPassword(dataDir),
  database: "commonwatt"
})
