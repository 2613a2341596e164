import { isUtf8 } from "node:buffer"
import { CsvError, parse } from "csv-parse/sync"
import { DocumentRefused } from "../document-refused.ts"
import { delimiterOf } from "./delimiter.ts"
import { LIMITS, type Table, type TableLimits } from "./table.ts"

/** A delimited text that was opened: its delimiter is known, its rows are not read yet. */
export interface CsvFile {
  readonly delimiter: string
  /**
   * Goes through the rows one by one, so that a large file is never held in pieces. `see` gets trimmed cells and the row as
   * a spreadsheet counts it, empty ones included, and may end the reading by `false`. Throws {@link DocumentRefused} with
   * the row of whatever is no CSV, and what `see` throws.
   */
  readonly eachRow: (limits: TableLimits, see: (cells: ReadonlyArray<string>, row: number) => unknown) => void
}

/** Thrown through the parser to end it. */
const ENOUGH = new Error("enough rows were read")

/**
 * Opens a delimited text: UTF-8 with or without byte order mark, UTF-16 as spreadsheets save "Unicode text", or
 * Windows-1252 as older portals write it. Throws {@link DocumentRefused} for an empty file and for what is no text.
 */
export const openCsv = (bytes: Uint8Array): CsvFile => {
  if (bytes.length === 0) throw new DocumentRefused("the file is empty", "export it once more")
  const text = decoded(bytes)
  if (text.includes(0)) throw new DocumentRefused("the file is not text", "export it as CSV or XLSX once more")
  const delimiter = delimiterOf(text)
  return { delimiter, eachRow: (limits, see) => eachRow(text, delimiter, limits, see) }
}

const eachRow = (text: Buffer, delimiter: string, limits: TableLimits, see: (cells: ReadonlyArray<string>, row: number) => unknown): void => {
  let [row, cells] = [0, 0]
  const take = (record: ReadonlyArray<string>): null => {
    row++
    cells += record.length
    if (row > limits.rows || record.length > limits.columns || cells > limits.cells) {
      throw new DocumentRefused(`the file has more than ${limits.rows} rows, ${limits.columns} columns or ${limits.cells} cells`, "export a shorter time or fewer metering points at once")
    }
    if (see(record, row) === false) throw ENOUGH
    return null
  }
  try {
    parse(text, { delimiter, record_delimiter: ["\r\n", "\n", "\r"], bom: true, relax_column_count: true, skip_empty_lines: false, trim: true, max_record_size: limits.columns * limits.cellCharacters, on_record: take })
  } catch (cause) {
    if (cause === ENOUGH) return
    if (!(cause instanceof CsvError)) throw cause
    throw new DocumentRefused(`row ${row + 1} is not CSV (${cause.message})`, "open the file in a spreadsheet program and save it as CSV")
  }
}

/** All rows of a CSV file of a document's size. */
export const readCsv = (bytes: Uint8Array): Table => {
  const rows: Array<ReadonlyArray<string>> = []
  openCsv(bytes).eachRow(LIMITS, (cells) => void rows.push(cells))
  return { rows }
}

/** The text in UTF-8; what is UTF-8 already is not copied. */
const decoded = (bytes: Uint8Array): Buffer => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(new TextDecoder("utf-16le").decode(bytes))
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(new TextDecoder("windows-1252").decode(bytes))
}
