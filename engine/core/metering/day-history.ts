import { localDayOf, secondsOfLocalDay } from "../calendar/local-day.ts"
import { PERIOD_SECONDS } from "../calendar/period.ts"
import type { DayHistory, KeptValue, MeteringPoint } from "./metering-point.ts"

const DAY = 86_400
/** Local days that are remembered for estimates and comparisons. */
export const HISTORY_DAYS = 21

/** Whether a value is true enough to learn from: an estimate must not feed on estimates. */
export const isTrueValue = (value: KeptValue | undefined): value is KeptValue =>
  value !== undefined && value.origin !== "estimate" && (value.quality === "measured" || value.quality === "calculated" || value.quality === "provisional")

/** Remembers a closed local day, and forgets those that are too old. Days without any true value are left out. */
export const rememberDay = (point: MeteringPoint, start: number, end: number): void => {
  const energies: Array<number> = []
  for (let period = start; period < end; period += PERIOD_SECONDS) {
    const value = point.values.get(period)
    energies.push(isTrueValue(value) ? value.energyWh + 1 : 0)
  }
  if (energies.some((energy) => energy > 0)) point.days.push({ start, energies })
  while (point.days.length > 0 && point.days[0]!.start < end - (HISTORY_DAYS + 1) * DAY) point.days.shift()
}

/** The weekday's class in a week of the trade: Saturday and Sunday have their own, the other days are alike. */
export const dayClassOf = (start: number, offset = 0): "workday" | "saturday" | "sunday" => {
  const weekday = Math.floor((start + offset) / DAY + 4) % 7
  return weekday === 6 ? "saturday" : weekday === 0 ? "sunday" : "workday"
}

/**
 * The like-day average of a period in whole Wh: the values at the same clock time on days of the same class in the last
 * three weeks; on any of these days where none is alike; undefined where nothing is known. Days with a changed clock
 * are read by the clock on the wall.
 */
export const likeDayAverage = (days: ReadonlyArray<DayHistory>, timeZone: string, period: number): number | undefined => {
  if (days.length === 0) return undefined
  const day = localDayOf(timeZone, period)
  const clock = secondsOfLocalDay(timeZone, period)
  const wanted = dayClassOf(noon(day.start))
  const like = days.filter(({ start }) => start < day.start && dayClassOf(noon(start)) === wanted)
  return average(like, timeZone, clock) ?? average(days.filter(({ start }) => start < day.start), timeZone, clock)
}

/** Noon of a local day lies on the same day in UTC, west and east to 11 hours. */
const noon = (start: number): number => start + DAY / 2

const average = (days: ReadonlyArray<DayHistory>, timeZone: string, clock: number): number | undefined => {
  let [sum, count] = [0, 0]
  for (const { start, energies } of days) {
    const energy = energies[placeOf(timeZone, start, energies.length, clock)] ?? 0
    if (energy === 0) continue
    sum += energy - 1
    count++
  }
  return count === 0 ? undefined : Math.floor(sum / count)
}

/** Place of a clock time in a day of 96 periods, or in one whose clock changed, by looking. */
const placeOf = (timeZone: string, start: number, periods: number, clock: number): number => {
  if (periods === DAY / PERIOD_SECONDS) return Math.floor(clock / PERIOD_SECONDS)
  for (let place = 0; place < periods; place++) if (secondsOfLocalDay(timeZone, start + place * PERIOD_SECONDS) === clock) return place
  return -1
}
