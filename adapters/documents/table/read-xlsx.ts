import { Unzip, UnzipInflate, unzipSync } from "fflate"
import readExcelFile from "read-excel-file/node"
import { DocumentRefused } from "../document-refused.ts"
import { LIMITS, type Cell, type Table } from "./table.ts"

/** The rows of one sheet of an XLSX file: the one named, else the first. What it would unpack to is measured first. */
export const readXlsx = async (bytes: Uint8Array, sheet?: string): Promise<Table> => {
  refuseBombs(bytes)
  const sheets = await readSheets(bytes)
  const found = sheet === undefined ? sheets[0] : sheets.find((one) => one.sheet === sheet)
  if (found === undefined) throw new DocumentRefused(`there is no sheet "${sheet ?? ""}"`, `name one of: ${sheets.map((one) => one.sheet).join(", ")}`)
  const rows = found.data.map((row) => row.map(cellOf))
  const cells = rows.reduce((sum, row) => sum + row.length, 0)
  if (cells > LIMITS.cells || rows.length > LIMITS.rows) throw new DocumentRefused(`the sheet has more than ${LIMITS.cells} cells or ${LIMITS.rows} rows`, "export a shorter time at once")
  return { rows }
}

const cellOf = (value: unknown): Cell => (typeof value === "number" || value instanceof Date || typeof value === "string" ? value : value === null || value === undefined ? null : String(value))

const readSheets = async (bytes: Uint8Array) => {
  try {
    return await readExcelFile(Buffer.from(bytes))
  } catch (cause) {
    throw new DocumentRefused(`the file is not a readable XLSX workbook (${(cause as Error).message})`, "open it in a spreadsheet program and save it as XLSX or CSV")
  }
}

/**
 * Refuses what unpacks to more than it should. First by what the directory says; then by unpacking piece by piece and
 * counting, for a directory may lie. Nothing is kept meanwhile.
 */
const refuseBombs = (bytes: Uint8Array): void => {
  const most = Math.min(LIMITS.unpackedBytes, Math.max(1, bytes.length) * LIMITS.packing)
  const tooMuch = () => new DocumentRefused("the file unpacks to more than a spreadsheet of interval values holds", "export it again; a file from elsewhere may be an attack")
  let [claimed, parts] = [0, 0]
  attempt(() =>
    unzipSync(bytes, {
      filter: ({ originalSize }) => {
        claimed += originalSize
        if (claimed > most || ++parts > LIMITS.parts) throw tooMuch()
        return false
      }
    })
  )
  let unpacked = 0
  const unzip = new Unzip((file) => {
    file.ondata = (error, data) => {
      if (error !== null) throw error
      unpacked += data.length
      if (unpacked > most) throw tooMuch()
    }
    file.start()
  })
  unzip.register(UnzipInflate)
  attempt(() => {
    for (let at = 0; at < bytes.length; at += 16_384) unzip.push(bytes.subarray(at, at + 16_384), at + 16_384 >= bytes.length)
  })
}

const attempt = (work: () => void): void => {
  try {
    work()
  } catch (cause) {
    if (cause instanceof DocumentRefused) throw cause
    throw new DocumentRefused(`the file is not a readable XLSX workbook (${(cause as Error).message})`, "open it in a spreadsheet program and save it as XLSX or CSV")
  }
}
