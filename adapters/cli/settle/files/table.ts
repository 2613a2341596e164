import { isPeriodStart } from "../../../../engine/core/calendar/period.ts"
import { UserError } from "../../user-error.ts"

const guide = "correct the cell; docs/guides/settlement-files.md describes every column"

const LINE_FEED = 10

/** A delimited text as spreadsheets save it: comma, semicolon or tab, with or without a byte order mark, LF or CRLF. */
export class Table {
  readonly header: ReadonlyArray<string>
  readonly separator: string
  readonly file: string
  private readonly bytes: Uint8Array
  private readonly start: number

  constructor(file: string, bytes: Uint8Array) {
    this.file = file
    this.bytes = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
    const end = this.bytes.indexOf(LINE_FEED)
    const first = new TextDecoder().decode(this.bytes.subarray(0, end === -1 ? this.bytes.length : end)).trimEnd()
    this.separator = [";", "\t"].find((one) => first.includes(one)) ?? ","
    this.header = first.split(this.separator).map((cell) => unquoted(cell))
    this.start = end === -1 ? this.bytes.length : end + 1
  }

  /** Where rows begin and end as bytes, empty ones left out; rows count from 2, as a spreadsheet shows them. */
  *lines(): Generator<{ readonly row: number; readonly from: number; readonly to: number }> {
    let row = 1
    for (let from = this.start; from < this.bytes.length; ) {
      row++
      const found = this.bytes.indexOf(LINE_FEED, from)
      const next = found === -1 ? this.bytes.length : found + 1
      let to = found === -1 ? this.bytes.length : found
      if (to > from && this.bytes[to - 1] === 13) to--
      if (to > from) yield { row, from, to }
      from = next
    }
  }

  /** Cells of all rows as text, each row as long as the header. */
  *rows(): Generator<{ readonly row: number; readonly cells: ReadonlyArray<string> }> {
    const decoder = new TextDecoder()
    for (const { row, from, to } of this.lines()) {
      const cells = decoder.decode(this.bytes.subarray(from, to)).split(this.separator).map((cell) => unquoted(cell))
      if (cells.length !== this.header.length) throw this.problem(row, undefined, `${cells.length} cells under ${this.header.length} headings`)
      yield { row, cells }
    }
  }

  /** The bytes of the table, for readers that go through them cell by cell. */
  get content(): Uint8Array {
    return this.bytes
  }

  /** Place of a column by its heading. */
  column(name: string): number {
    const place = this.header.indexOf(name)
    if (place === -1) throw new UserError(`${this.file}, row 1: no column \`${name}\` among ${this.header.join(", ")}`, "add the column; docs/guides/settlement-files.md describes every column")
    return place
  }

  /** Names row and column of a wrong cell. */
  problem(row: number, column: number | undefined, text: string): UserError {
    return new UserError(`${this.file}, row ${row}${column === undefined ? "" : `, column ${column + 1} (${this.header[column] ?? "no heading"})`}: ${text}`, guide)
  }

  /** Start of a delivery period from `2026-03-01T00:15Z` or with an offset. */
  time(row: number, column: number, cell: string): number {
    const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:?\d{2})$/.test(cell) ? Date.parse(cell.replace(/([+-]\d{2})(\d{2})$/, "$1:$2")) / 1000 : Number.NaN
    if (!Number.isInteger(time)) throw this.problem(row, column, `"${cell}" is no time such as 2026-03-01T00:15Z`)
    if (!isPeriodStart(time)) throw this.problem(row, column, `"${cell}" is not the start of a quarter hour`)
    return time
  }

  /** A whole number in bounds. */
  whole(row: number, column: number, cell: string, minimum: number, maximum: number): number {
    const value = /^-?\d{1,15}$/.test(cell) ? Number(cell) : Number.NaN
    if (!(value >= minimum && value <= maximum)) throw this.problem(row, column, `"${cell}" is no whole number from ${minimum} to ${maximum}`)
    return value
  }
}

const unquoted = (cell: string): string => {
  const trimmed = cell.trim()
  return trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed
}
