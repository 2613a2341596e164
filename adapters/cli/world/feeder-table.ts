import { readFileSync } from "node:fs"
import { PERIOD_SECONDS, timeToText } from "../../../engine/core/calendar/period.ts"
import { UserError } from "../user-error.ts"

/** The feeder's data as the checks read it: independent of the simulator, which reads the same file by its own code. */
export interface FeederTable {
  /** Starts of the rows, in seconds. */
  readonly times: ReadonlyArray<number>
  /** Wh of a column, row by row, without sign. */
  readonly column: (name: string) => ReadonlyArray<number>
}

/** A run of consecutive rows: [first, end) as indexes. */
export interface FeederWindow {
  readonly first: number
  readonly end: number
}

/** Reads the CSV; throws UserError naming what is missing. */
export const readFeeder = (file: string): FeederTable => {
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch (cause) {
    throw new UserError(`the feeder data ${file} cannot be read (${(cause as Error).message})`, "name an existing CSV in the world file's field `feeder`")
  }
  const [header, ...rows] = text.trim().split("\n").map((line) => line.split(","))
  const times = rows.map((row) => Date.parse(row[0]!.replace("Z", ":00Z")) / 1000)
  const columns = new Map<string, Array<number>>()
  const column = (name: string): ReadonlyArray<number> => {
    const known = columns.get(name)
    if (known !== undefined) return known
    const index = header!.indexOf(name)
    if (index === -1) throw new UserError(`the feeder data ${file} has no column ${name}`, `choose one of ${header!.slice(2).join(", ")}`)
    const values = rows.map((row) => Math.abs(Number(row[index])))
    columns.set(name, values)
    return values
  }
  return { times, column }
}

/** The window that holds `time`; a UserError lists the windows where none does. */
export const windowOf = ({ times }: FeederTable, time: number): FeederWindow => {
  const starts = times.flatMap((start, index) => (times[index - 1] === start - PERIOD_SECONDS ? [] : [index]))
  const windows = starts.map((first, index) => ({ first, end: starts[index + 1] ?? times.length }))
  const found = windows.find(({ first, end }) => times[first]! <= time && time <= times[end - 1]!)
  if (found !== undefined) return found
  const list = windows.map(({ first, end }) => `${timeToText(times[first]!)} to ${timeToText(times[end - 1]! + PERIOD_SECONDS)}`).join("; ")
  throw new UserError(`the feeder has no data at ${timeToText(time)}`, `choose --from in one of its windows: ${list}`)
}
