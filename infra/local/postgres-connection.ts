import pg from "pg"
import { PartUnavailable } from "./part.ts"

/** Where a PostgreSQL is and how to sign in. */
export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** The address as one URL, with user and password escaped. */
export const postgresUrl = ({ host, port, user, password, database }: PostgresAddress): string =>
  `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`

/** The address in a URL; the port defaults to 5432. */
export const parsePostgresUrl = (url: string): PostgresAddress => {
  const { hostname, port, username, password, pathname } = new URL(url)
  return {
    host: hostname,
    port: port === "" ? 5432 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username)
  }
}

/** Runs `work` on one connection of its own. */
export const withClient = async <A>(
  connection: string | PostgresAddress,
  work: (client: pg.Client) => Promise<A>
): Promise<A> => {
  const where = typeof connection === "string" ? { connectionString: connection } : connection
  const client = new pg.Client({ ...where, connectionTimeoutMillis: 5_000 })
  // A server that goes away while we wait must fail the query, not the program.
  client.on("error", () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** SQLSTATE or system code of an error of `pg`. */
export const sqlCode = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : ""

/** True when the server runs a query in the address's database, which is created if it does not exist yet. */
export const answersQuery = async (part: string, address: PostgresAddress): Promise<boolean> => {
  try {
    await withClient(address, (client) => client.query("select 1"))
    return true
  } catch (error) {
    if (sqlCode(error) === "3D000") return createDatabase(address)
    if (sqlCode(error) === "28P01") throw wrongPassword(part)
    return false
  }
}

const createDatabase = async (address: PostgresAddress): Promise<boolean> => {
  const name = pg.escapeIdentifier(address.database)
  await withClient({ ...address, database: "postgres" }, (client) => client.query(`create database ${name}`))
  return true
}

const wrongPassword = (part: string): PartUnavailable =>
  new PartUnavailable({
    part,
    cause: "the database does not accept the password kept in its data folder",
    mend: "put the old `password` file back, or remove the data folder to begin with empty data"
  })
