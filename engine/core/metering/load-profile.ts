import { localDayOf, secondsOfLocalDay } from "../calendar/local-day.ts"
import { PERIOD_SECONDS } from "../calendar/period.ts"
import { dayClassOf } from "./day-history.ts"
import type { LoadProfile } from "./metering-point.ts"

const DAY = 86_400
const MONTHS = 12
const CLASSES = ["workday", "saturday", "sunday"] as const
const QUARTERS = 96
/** Values of a standard load profile, and factors of its days. */
export const PROFILE_VALUES = MONTHS * CLASSES.length * QUARTERS
export const DAYS_OF_YEAR = 366
/** The profile's values are Wh for a point of so many Wh a year; its factors are of this whole. */
const PROFILE_YEAR = 1_000_000_000n
const FACTOR_WHOLE = 10_000n

/**
 * What a standard load profile says for a period, in whole Wh, for a point of `yearlyWh`: the value of month, class of
 * day and clock time, times the factor of the day of the year. Holidays count as their weekday: the calendar has none.
 */
export const energyByProfile = ({ energies, dynamics }: LoadProfile, yearlyWh: number, timeZone: string, period: number): number => {
  const day = localDayOf(timeZone, period)
  const [year, month] = day.name.split("-").map(Number) as [number, number]
  const dayClass = CLASSES.indexOf(dayClassOf(day.start + DAY / 2))
  const quarter = Math.floor(secondsOfLocalDay(timeZone, period) / PERIOD_SECONDS)
  const perYear = energies[((month - 1) * CLASSES.length + dayClass) * QUARTERS + quarter] ?? 0
  const dayOfYear = (Date.parse(`${day.name}T00:00:00Z`) - Date.UTC(year, 0, 1)) / (DAY * 1_000)
  const factor = dynamics.length === 0 ? FACTOR_WHOLE : BigInt(dynamics[dayOfYear] ?? 0)
  return Number((BigInt(perYear) * factor * BigInt(yearlyWh)) / (PROFILE_YEAR * FACTOR_WHOLE))
}
