import type { DayHistory, Direction } from "./metering-point.ts"
import type { ValidationFlag } from "./validation-flag.ts"

/** A flag that a whole day puts on one of its periods, by the period's place in the day. */
export interface DayFlag {
  readonly place: number
  readonly flag: ValidationFlag
}

/** Days that must be known before a day is held against them. */
export const ENOUGH_DAYS = 7
/** The highest value of a day is a spike above this multiple of the third highest, and of the highest of the weeks before, in Wh beyond it. */
export const SPIKE = { timesThird: 3, timesKnown: 2, beyondWh: 250 } as const
/** Periods in a row without energy that are looked at: two hours, and twice the longest such time of the weeks before. */
export const ZERO = { periods: 8, timesKnown: 2 } as const
/** A day below this share, in permille, of the least of the weeks before is too low, if that was so much at least, in Wh. */
export const LOW = { permille: 100, leastWh: 1_000 } as const
/** A value above so many times the highest of the weeks before, and half the capacity, is too high. */
export const HIGH_TIMES_KNOWN = 2

const known = ({ energies }: DayHistory): Array<number> => energies.filter((energy) => energy > 0).map((energy) => energy - 1)
const highestOf = (days: ReadonlyArray<DayHistory>): number => Math.max(0, ...days.flatMap(known))

/** Spike: the highest against the third highest of the day, and against the weeks before. */
export const findSpike = (energies: ReadonlyArray<number>, days: ReadonlyArray<DayHistory>): ReadonlyArray<DayFlag> => {
  if (days.length < ENOUGH_DAYS || energies.length < 3) return []
  const [highest, , third] = energies.toSorted((a, b) => b - a) as [number, number, number]
  const usual = Math.max(SPIKE.timesThird * third, SPIKE.timesKnown * highestOf(days)) + SPIKE.beyondWh
  return highest > usual ? [{ place: energies.indexOf(highest), flag: "Spike" }] : []
}

/** High limit: more than the weeks before and the rated capacity make likely, but not more than it can carry. */
export const findHigh = (energies: ReadonlyArray<number>, days: ReadonlyArray<DayHistory>, capacityWh: number): ReadonlyArray<DayFlag> => {
  if (days.length < ENOUGH_DAYS) return []
  const limit = Math.max(capacityWh / 2, HIGH_TIMES_KNOWN * highestOf(days))
  return energies.flatMap((energy, place) => (energy > limit ? [{ place, flag: "HighLimit" as const }] : []))
}

/** Low limit: a day of nearly nothing where every day of the weeks before had plenty. Generation may well rest for a day. */
export const findLow = (energies: ReadonlyArray<number>, days: ReadonlyArray<DayHistory>, direction: Direction): ReadonlyArray<DayFlag> => {
  if (direction === "injection" || days.length < ENOUGH_DAYS || energies.length === 0) return []
  const sum = (values: ReadonlyArray<number>): number => values.reduce((left, right) => left + right, 0)
  const least = Math.min(...days.filter((day) => known(day).length === day.energies.length).map((day) => sum(known(day))))
  if (!Number.isFinite(least) || least < LOW.leastWh || sum(energies) * 1_000 > least * LOW.permille) return []
  return [{ place: energies.length - 1, flag: "LowLimit" }]
}

/** Zero: longer without any energy than this point is known for. */
export const findZero = (energies: ReadonlyArray<number>, days: ReadonlyArray<DayHistory>): ReadonlyArray<DayFlag> => {
  if (days.length < ENOUGH_DAYS) return []
  const usual = Math.max(ZERO.periods, ZERO.timesKnown * Math.max(...days.map((day) => longestZero(known(day)).length)))
  const { end, length } = longestZero(energies)
  return length > usual ? [{ place: end, flag: "Zero" }] : []
}

const longestZero = (energies: ReadonlyArray<number>): { readonly end: number; readonly length: number } => {
  let [end, length, run] = [0, 0, 0]
  for (const [place, energy] of energies.entries()) {
    run = energy === 0 ? run + 1 : 0
    if (run > length) [end, length] = [place, run]
  }
  return { end, length }
}
