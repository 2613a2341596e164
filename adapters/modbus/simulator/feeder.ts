/**
 * Feeder data: what each unit of a grid used or gave in every 15 minutes, in windows without a gap.
 */

/** A run of consecutive delivery periods. Times are epoch seconds; `end` is the first second after it. */
export interface Window {
  readonly start: number
  readonly end: number
  readonly periods: number
  /** Index of the window's first row in the columns. */
  readonly firstRow: number
}

/** The table, with one array of integer Wh (absolute values) for each column. */
export interface Feeder {
  readonly windows: readonly Window[]
  readonly columns: ReadonlyMap<string, Float64Array>
}

/** Seconds in a delivery period. */
export const periodSeconds = 900

const timeColumns: ReadonlySet<string> = new Set(["utc", "local"])

const startOfRow = (text: string, line: number): number => {
  const milliseconds = Date.parse(text)
  if (Number.isNaN(milliseconds)) throw new Error(`feeder line ${line}: ${text} is no time`)
  return milliseconds / 1_000
}

const wattHoursOfCell = (text: string | undefined, column: string, line: number): number => {
  const value = Number(text)
  if (text === undefined || text === "" || !Number.isSafeInteger(value)) {
    throw new Error(`feeder line ${line}: ${column} is no integer Wh`)
  }
  return Math.abs(value) // the sign of a column is a habit of the data; the direction is the metering point's
}

/** The windows of rows that start at these times. */
export const findWindows = (starts: readonly number[]): readonly Window[] => {
  const windows: Window[] = []
  let firstRow = 0
  starts.forEach((start, row) => {
    if (starts[row + 1] === start + periodSeconds) return
    const end = start + periodSeconds
    windows.push({ start: starts[firstRow] ?? start, end, periods: row - firstRow + 1, firstRow })
    firstRow = row + 1
  })
  return windows
}

/** Reads a table whose first columns are `utc` (start of the period) and `local`. Errors name the line. */
export const parseFeeder = (text: string): Feeder => {
  const [header = "", ...rows] = text.trimEnd().split(/\r?\n/)
  const names = header.split(",")
  const columns = new Map<string, Float64Array>()
  const starts = rows.map((row, index) => startOfRow(row.slice(0, row.indexOf(",")), index + 2))
  for (const name of names) if (!timeColumns.has(name)) columns.set(name, new Float64Array(rows.length))
  rows.forEach((row, index) => {
    const cells = row.split(",")
    names.forEach((name, place) => {
      const column = columns.get(name)
      if (column) column[index] = wattHoursOfCell(cells[place], name, index + 2)
    })
  })
  return { windows: findWindows(starts), columns }
}

const show = (time: number): string => new Date(time * 1_000).toISOString()

/** The window that holds a time. Throws an error that lists the windows when none does. */
export const windowAt = (feeder: Feeder, time: number): Window => {
  const found = feeder.windows.find(({ start, end }) => start <= time && time < end)
  if (found) return found
  const list = feeder.windows.map(({ start, end }) => `${show(start)} to ${show(end)}`).join(", ")
  throw new RangeError(`the feeder data has no ${show(time)}; its windows are ${list}`)
}
