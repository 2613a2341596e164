import { extname } from "node:path"
import { DocumentRefused } from "../../../documents/document-refused.ts"
import { csvOfTable } from "../../../documents/table/csv-text.ts"
import { readDocument } from "../../../documents/table/read-document.ts"
import { UserError } from "../../user-error.ts"
import { readInput } from "./json-file.ts"

/** Workbooks are packed, as ZIP files begin; of the old XLS kind the reader says itself what to do. */
const isWorkbook = (bytes: Uint8Array): boolean => (bytes[0] === 0x50 && bytes[1] === 0x4b) || (bytes[0] === 0xd0 && bytes[1] === 0xcf)

/**
 * The first sheets of those files that are workbooks, as CSV by path: what a run settles and keeps. Rows and columns stay
 * where they are, so errors name the cells that the workbook shows. `options` tells by which option each path was named.
 */
export const readSpreadsheets = async (options: Readonly<Record<string, string | undefined>>): Promise<ReadonlyMap<string, Uint8Array>> => {
  const sheets = new Map<string, Uint8Array>()
  for (const [option, path] of Object.entries(options)) {
    if (path === undefined || extname(path).toLowerCase() === ".json") continue
    const bytes = readInput(path, `--${option}`)
    if (!isWorkbook(bytes)) continue
    try {
      sheets.set(path, Buffer.from(csvOfTable(await readDocument(bytes))))
    } catch (cause) {
      if (cause instanceof DocumentRefused) throw new UserError(`${path}: ${cause.message}`, cause.mend)
      throw cause
    }
  }
  return sheets
}
