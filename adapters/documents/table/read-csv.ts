import { parse } from "csv-parse/sync"
import { DocumentRefused } from "../document-refused.ts"
import { LIMITS, type Table } from "./table.ts"

const DELIMITERS = [";", ",", "\t"] as const

/** The rows of a CSV file in UTF-8, or in Windows-1252 as older portals write it. The delimiter is the one that the first lines use most. */
export const readCsv = (bytes: Uint8Array): Table => {
  const text = decode(bytes)
  if (text.includes("\0")) throw new DocumentRefused("the file is not text", "export it as CSV or XLSX once more")
  const rows = parseRows(text)
  const cells = rows.reduce((sum, row) => sum + row.length, 0)
  if (cells > LIMITS.cells || rows.some((row) => row.length > LIMITS.columns)) {
    throw new DocumentRefused(`the file has more than ${LIMITS.columns} columns or ${LIMITS.cells} cells`, "export a shorter time or fewer metering points at once")
  }
  return { rows }
}

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder("windows-1252").decode(bytes)
  }
}

const parseRows = (text: string): Array<Array<string>> => {
  try {
    return parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: false,
      trim: true,
      max_record_size: LIMITS.columns * LIMITS.cellCharacters,
      to: LIMITS.rows + 1
    })
  } catch (cause) {
    throw new DocumentRefused(`the file is not CSV (${(cause as Error).message})`, "open it in a spreadsheet program and save it as CSV")
  }
}

const delimiterOf = (text: string): string => {
  const head = text.slice(0, 4_000)
  const count = (delimiter: string): number => head.split(delimiter).length
  return DELIMITERS.toSorted((left, right) => count(right) - count(left))[0]!
}
