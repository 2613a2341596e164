type Cell = string | number | bigint | undefined

const cellText = (cell: Cell): string => {
  const text = cell === undefined ? "" : String(cell)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A CSV with a heading and one line for each row. */
export const csvText = (header: ReadonlyArray<string>, rows: Iterable<ReadonlyArray<Cell>>): string => {
  const lines = [header.join(",")]
  for (const row of rows) lines.push(row.map(cellText).join(","))
  return `${lines.join("\n")}\n`
}
