import { localDayNamed, offsetAt } from "../../../engine/core/calendar/local-day.ts"
import type { Cell } from "../table/table.ts"

/** A clock time as a document shows it, as seconds as if it were UTC; with an offset it is a time already. */
export interface ShownTime {
  readonly shown: number
  /** Seconds since 1970, where the document says the offset. */
  readonly exact: number | undefined
  /** "A" marks the first, "B" the second of the two hours of the autumn change, where the document says which. */
  readonly fold: "A" | "B" | undefined
}

const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T]+(\d{1,2})([AB])?:(\d{2})(?::(\d{2}))?)?$/
const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.0+)?)?(Z|[+-]\d{2}:\d{2})?)?$/
const clock = /^(\d{1,2})([AB])?:(\d{2})(?::(\d{2}))?$/

const secondsOf = (year: number, month: number, day: number, hour: number, minute: number, second: number): number | undefined => {
  const name = `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`
  if (localDayNamed("UTC", name) === undefined || hour > 24 || minute > 59 || second > 59 || (hour === 24 && minute + second > 0)) return undefined
  return Date.UTC(year, month - 1, day) / 1000 + hour * 3_600 + minute * 60 + second
}

/** Reads `15.06.2026 10:15`, `2026-06-15T10:15:00+02:00`, a date with a clock time in a cell of its own, or a spreadsheet's date; undefined where it is none of them. */
export const readShownTime = (date: Cell, clockCell?: Cell): ShownTime | undefined => {
  const day = readDate(date)
  if (day === undefined || clockCell === undefined || clockCell === null) return day
  if (clockCell instanceof Date) return { ...day, shown: day.shown + (Math.round(clockCell.getTime() / 1000) % 86_400) }
  if (typeof clockCell === "number") return { ...day, shown: day.shown + Math.round(clockCell * 86_400) }
  const match = clock.exec(clockCell.trim())
  if (match === null) return undefined
  const [, hour, fold, minute, second = "0"] = match
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 59) return undefined
  return { shown: day.shown + Number(hour) * 3_600 + Number(minute) * 60 + Number(second), exact: undefined, fold: fold as "A" | "B" | undefined }
}

const readDate = (cell: Cell): ShownTime | undefined => {
  if (cell instanceof Date) return { shown: Math.round(cell.getTime() / 1000), exact: undefined, fold: undefined }
  if (typeof cell !== "string") return undefined
  const text = cell.trim()
  const local = german.exec(text)
  if (local !== null) {
    const [, day, month, year, hour = "0", fold, minute = "0", second = "0"] = local
    const shown = secondsOf(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second))
    return shown === undefined ? undefined : { shown, exact: undefined, fold: fold as "A" | "B" | undefined }
  }
  const match = iso.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = "0", minute = "0", second = "0", offset] = match
  const shown = secondsOf(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second))
  const ahead = offset === undefined ? 0 : offsetSeconds(offset)
  return shown === undefined || ahead === undefined ? undefined : { shown, exact: offset === undefined ? undefined : shown - ahead, fold: undefined }
}

/** Offset from UTC in seconds; undefined for one that no zone has. */
const offsetSeconds = (offset: string): number | undefined => {
  if (offset === "Z") return 0
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(4, 6))]
  return hours > 14 || minutes > 59 ? undefined : (offset.startsWith("-") ? -1 : 1) * (hours * 3_600 + minutes * 60)
}

/**
 * The times that a clock on the wall showed so: one as a rule, two in the hour that comes twice in autumn (the earlier
 * first), none in the hour that spring leaves out.
 */
export const timesOf = (timeZone: string, shown: number): ReadonlyArray<number> => {
  const offsets = new Set([offsetAt(timeZone, shown - 86_400), offsetAt(timeZone, shown + 86_400)])
  return [...offsets]
    .map((offset) => shown - offset)
    .filter((time) => time + offsetAt(timeZone, time) === shown)
    .toSorted((left, right) => left - right)
}
