import { localDayOf, secondsOfLocalDay } from "../calendar/local-day.ts"
import { PERIOD_SECONDS } from "../calendar/period.ts"
import { dayClassOf } from "./day-history.ts"

const MONTHS = 12
const CLASSES = ["workday", "saturday", "sunday"] as const
const QUARTERS = 96
/** Values of a standard load profile. */
export const PROFILE_VALUES = MONTHS * CLASSES.length * QUARTERS
/** The profile's values are Wh for a point of so many Wh a year. */
const PROFILE_YEAR = 1_000_000_000

/** What a standard load profile says for a period, in whole Wh, for a point of `yearlyWh`. Holidays count as their weekday: the calendar has none. */
export const energyByProfile = (energies: ReadonlyArray<number>, yearlyWh: number, timeZone: string, period: number): number => {
  const day = localDayOf(timeZone, period)
  const month = Number(day.name.slice(5, 7)) - 1
  const dayClass = CLASSES.indexOf(dayClassOf(day.start + 43_200))
  const quarter = Math.floor(secondsOfLocalDay(timeZone, period) / PERIOD_SECONDS)
  const perYear = energies[(month * CLASSES.length + dayClass) * QUARTERS + quarter] ?? 0
  return Number((BigInt(perYear) * BigInt(yearlyWh)) / BigInt(PROFILE_YEAR))
}
