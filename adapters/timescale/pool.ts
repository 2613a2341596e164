import pg from "pg"

const INT8 = 20

/** int8 columns hold counts, Wh, seconds and single postings, all below 2^53; sums come as numeric and stay text. */
const parseInt8 = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 above 2^53: ${text}`)
  return value
}

/** Connections to the database. Ends with `pool.end()`. */
export const makePool = (connectionString: string, max = 8): pg.Pool => {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: 10_000,
    types: {
      getTypeParser: ((oid: number, format?: "text" | "binary") =>
        oid === INT8 ? parseInt8 : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser
    }
  })
  // A connection that breaks while idle is replaced by the pool; the next query tells whoever needs it.
  pool.on("error", () => undefined)
  // A connection that is lent out or just ending has listeners of its own lifetime only: without one here Node would end.
  pool.on("connect", (client) => client.on("error", () => undefined))
  return pool
}
