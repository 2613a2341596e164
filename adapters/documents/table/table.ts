/** A cell as a document gives it: text, a number of a spreadsheet, a date of one (its clock time as if it were UTC), or nothing. */
export type Cell = string | number | Date | null

/** Rows of cells; the first row of the document is `rows[0]`. */
export interface Table {
  readonly rows: ReadonlyArray<ReadonlyArray<Cell>>
}

/** What a table may be at the most. */
export interface TableLimits {
  readonly rows: number
  readonly columns: number
  readonly cells: number
  readonly cellCharacters: number
}

/** What a document may be at the most. A year of 50 metering points in one file is 1.8 million cells. */
export const LIMITS = {
  /** Bytes of the file. */
  fileBytes: 32 * 2 ** 20,
  /** Bytes of everything in a spreadsheet once it is unpacked, and how often its packed size. */
  unpackedBytes: 256 * 2 ** 20,
  packing: 200,
  /** Parts of a spreadsheet file. */
  parts: 500,
  rows: 200_000,
  columns: 500,
  cells: 4_000_000,
  cellCharacters: 1_000
} as const

/** Text of a cell, without spaces around it. */
export const textOf = (cell: Cell | undefined): string => {
  if (cell === null || cell === undefined) return ""
  return (cell instanceof Date ? cell.toISOString() : String(cell)).trim()
}
