import { hasOffsets } from "../../../../engine/core/calendar/local-day.ts"
import { isPeriodStart } from "../../../../engine/core/calendar/period.ts"
import { DocumentRefused } from "../../../documents/document-refused.ts"
import { readShownTime } from "../../../documents/import/local-clock.ts"
import { openCsv, type CsvFile } from "../../../documents/table/read-csv.ts"
import { UserError } from "../../user-error.ts"

const guide = "correct the cell; docs/guides/settlement-files.md describes every column"

/** What a table of a run may be at the most: the values of 1,000 metering points for a year and more. */
export const TABLE_LIMITS = { rows: 20_000_000, columns: 20_001, cells: 100_000_000, cellCharacters: 1_000 } as const

/** Does what reads a document; what is wrong with it is a UserError that names the file. */
export const namingFile = <A>(file: string, work: () => A): A => {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof DocumentRefused) throw new UserError(`${file}: ${cause.message}`, cause.mend)
    throw cause
  }
}

/** A table with a heading, as a spreadsheet or CSV file has it; errors name row and column. */
export class Table {
  readonly file: string
  readonly delimiter: string
  readonly header: ReadonlyArray<string>
  private readonly csv: CsvFile

  constructor(file: string, bytes: Uint8Array) {
    this.file = file
    this.csv = namingFile(file, () => openCsv(bytes))
    this.delimiter = this.csv.delimiter
    let header: ReadonlyArray<string> = []
    namingFile(file, () => this.csv.eachRow(TABLE_LIMITS, (cells) => ((header = cells), false)))
    this.header = header
  }

  /** Goes through all rows but the heading and empty ones, each as long as the heading; rows count as a spreadsheet shows them. */
  eachRow(see: (cells: ReadonlyArray<string>, row: number) => void): void {
    const { header, csv } = this
    const take = (cells: ReadonlyArray<string>, row: number): void => {
      if (row === 1 || cells.every((cell) => cell === "")) return
      if (cells.length !== header.length) throw this.problem(row, undefined, `${cells.length} cells under ${header.length} headings`)
      see(cells, row)
    }
    namingFile(this.file, () => csv.eachRow(TABLE_LIMITS, take))
  }

  /** What `see` makes of each row. */
  rows<A>(see: (cells: ReadonlyArray<string>, row: number) => A): Array<A> {
    const found: Array<A> = []
    this.eachRow((cells, row) => void found.push(see(cells, row)))
    return found
  }

  /** Place of a column by its heading. */
  column(name: string): number {
    const place = this.header.indexOf(name)
    const add = "add the column; docs/guides/settlement-files.md describes every column"
    if (place === -1) throw new UserError(`${this.file}, row 1: no column \`${name}\` among ${this.header.join(", ")}`, add)
    if (this.header.lastIndexOf(name) !== place) throw this.problem(1, this.header.lastIndexOf(name), `${name} stands twice`)
    return place
  }

  /** Names row and column of a wrong cell. */
  problem(row: number, column: number | undefined, text: string): UserError {
    return new UserError(`${this.file}, row ${row}${column === undefined ? "" : `, column ${column + 1} (${this.header[column] ?? "no heading"})`}: ${text}`, guide)
  }

  /** Start of a delivery period from `2026-03-01T00:15Z`, with an offset, or without one where the heading says UTC. */
  time(row: number, column: number, cell: string): number {
    const found = readShownTime(cell.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"))
    if (found === undefined || found.fold !== undefined) throw this.problem(row, column, `"${cell}" is no time such as 2026-03-01T00:15Z`)
    return this.periodStart(row, column, cell, found.exact ?? found.shown)
  }

  /** `time` as the start of a delivery period. */
  periodStart(row: number, column: number, cell: string, time: number): number {
    if (!hasOffsets(time)) throw this.problem(row, column, `"${cell}" is outside the years 2010 to 2039`)
    if (!isPeriodStart(time)) throw this.problem(row, column, `"${cell}" is not the start of a quarter hour`)
    return time
  }

  /** A whole number in bounds. */
  whole(row: number, column: number, cell: string, minimum: number, maximum: number): number {
    const value = /^-?\d{1,16}$/.test(cell) ? Number(cell) : Number.NaN
    if (!(value >= minimum && value <= maximum)) throw this.problem(row, column, `"${cell}" is no whole number from ${minimum} to ${maximum}`)
    return value
  }
}
