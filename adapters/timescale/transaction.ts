import type pg from "pg"

/** Runs `work` in one transaction; whatever it throws rolls everything back. */
export const inTransaction = async <A>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<A>): Promise<A> => {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query("begin")
    const result = await work(client)
    await client.query("commit")
    return result
  } catch (cause) {
    broken = cause as Error
    await client.query("rollback").then(
      () => (broken = undefined),
      () => undefined
    )
    throw cause
  } finally {
    client.release(broken)
  }
}
