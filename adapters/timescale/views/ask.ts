import { Effect } from "effect"
import type pg from "pg"
import { ViewsUnavailable } from "../../../engine/service/ports/driven/views.ts"

/**
 * Puts one parameterised question to the database. Whether the pool gives a BIGINT as text or as a number is its
 * owner's choice, so both are read; a NUMERIC is text.
 */
export const ask = <Row>(pool: pg.Pool, question: string, sql: string, values: ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<Row>, ViewsUnavailable> =>
  Effect.tryPromise({
    try: async () => (await pool.query(sql, [...values])).rows as ReadonlyArray<Row>,
    catch: (cause) => new ViewsUnavailable({ question, cause })
  })

/** A BIGINT or NUMERIC of the projections that the core bounds below 2^53. */
export const toNumber = (digits: string): number => Number(digits)

/** The same, where the column may be empty. */
export const toNumberOrNull = (digits: string | null): number | null => (digits === null ? null : Number(digits))

/** Hexadecimal text of a BYTEA. */
export const toHexOrNull = (bytes: Buffer | null): string | null => (bytes === null ? null : bytes.toString("hex"))
