import { strToU8, zipSync } from "fflate"

const types = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
const rootRelations = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
const relations = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
const workbook = `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Energiedaten" sheetId="1" r:id="r1"/></sheets></workbook>`

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
const letters = (place: number): string => (place < 26 ? "" : letters(Math.floor(place / 26) - 1)) + String.fromCharCode(65 + (place % 26))

const cellOf = (value: string | number | null, place: number, row: number): string => {
  if (value === null) return ""
  const name = `${letters(place)}${row + 1}`
  return typeof value === "number" ? `<c r="${name}"><v>${value}</v></c>` : `<c r="${name}" t="inlineStr"><is><t>${escape(value)}</t></is></c>`
}

/** A workbook of one sheet, as small as XLSX allows; `extra` adds parts. */
export const makeXlsx = (rows: ReadonlyArray<ReadonlyArray<string | number | null>>, extra: Readonly<Record<string, Uint8Array>> = {}): Uint8Array => {
  const body = rows.map((row, index) => `<row r="${index + 1}">${row.map((value, place) => cellOf(value, place, index)).join("")}</row>`).join("")
  const sheet = `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${body}</sheetData></worksheet>`
  return zipSync({
    "[Content_Types].xml": strToU8(types),
    "_rels/.rels": strToU8(rootRelations),
    "xl/workbook.xml": strToU8(workbook),
    "xl/_rels/workbook.xml.rels": strToU8(relations),
    "xl/worksheets/sheet1.xml": strToU8(sheet),
    ...extra
  })
}
