import { DocumentRefused } from "../document-refused.ts"
import { readCsv } from "./read-csv.ts"
import { readXlsx } from "./read-xlsx.ts"
import { LIMITS, type Table } from "./table.ts"

/** Reads a CSV or XLSX file, told apart by its first bytes, whatever its name says. Throws {@link DocumentRefused}. */
export const readDocument = async (bytes: Uint8Array, sheet?: string): Promise<Table> => {
  if (bytes.length === 0) throw new DocumentRefused("the file is empty", "export it once more")
  if (bytes.length > LIMITS.fileBytes) throw new DocumentRefused(`the file is larger than ${LIMITS.fileBytes / 2 ** 20} MiB`, "export a shorter time or fewer metering points at once")
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b
  const isOldExcel = bytes[0] === 0xd0 && bytes[1] === 0xcf
  if (isOldExcel) throw new DocumentRefused("the file is of the old XLS kind", "save it as XLSX or CSV")
  const table = isZip ? await readXlsx(bytes, sheet) : readCsv(bytes)
  if (table.rows.length > LIMITS.rows) throw new DocumentRefused(`the file has more than ${LIMITS.rows} rows`, "export a shorter time at once")
  return table
}
