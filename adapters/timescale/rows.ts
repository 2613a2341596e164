import type pg from "pg"

/** Rows of one table, column by column types, to be written by one statement. */
export interface TableRows {
  readonly table: string
  /** Column name and SQL type, in the order of each row's values. */
  readonly columns: ReadonlyArray<readonly [name: string, type: string]>
  readonly rows: ReadonlyArray<ReadonlyArray<unknown>>
  /** What happens to a row that is there already; an error where it is left out. */
  readonly onConflict?: string
}

/** Inserts all rows by one unnest statement; nothing is sent for no rows. */
export const insertRows = async (client: pg.ClientBase, { table, columns, rows, onConflict }: TableRows): Promise<void> => {
  if (rows.length === 0) return
  const names = columns.map(([name]) => name).join(", ")
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ")
  await client.query(
    `insert into ${table} (${names}) select * from unnest(${arrays}) ${onConflict ?? ""}`,
    columns.map((_, column) => rows.map((row) => row[column]))
  )
}
