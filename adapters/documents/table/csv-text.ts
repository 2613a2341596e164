import type { Table } from "./table.ts"

type CsvCell = string | number | bigint | undefined

const cellText = (cell: CsvCell): string => {
  const text = cell === undefined ? "" : String(cell)
  return /[",;\n\r\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A CSV with a heading and one line for each row; `delimiter` is a comma if left out. */
export const csvText = (header: ReadonlyArray<string>, rows: Iterable<ReadonlyArray<CsvCell>>, delimiter = ","): string => {
  const lines = [header.map(cellText).join(delimiter)]
  for (const row of rows) lines.push(row.map(cellText).join(delimiter))
  return `${lines.join("\n")}\n`
}

/**
 * A table as CSV with semicolons, row by row: a date becomes the clock time it shows, without an offset, and a number its
 * shortest form of 15 digits, as a spreadsheet shows it.
 */
export const csvOfTable = ({ rows }: Table): string => {
  const [head = [], ...body] = rows.map((row) =>
    row.map((cell) => {
      if (cell instanceof Date) return new Date(Math.round(cell.getTime() / 1000) * 1000).toISOString().slice(0, 19).replace("T", " ")
      return typeof cell === "number" ? String(Number(cell.toPrecision(15))) : (cell ?? "")
    })
  )
  return csvText(head, body, ";")
}
