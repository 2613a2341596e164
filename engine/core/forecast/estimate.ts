import { choice, kind, text, unsigned, type Infer } from "../quantity/codec.ts"
import { PERIOD_SECONDS } from "../calendar/period.ts"
import { isTrueValue, likeDayAverage } from "../metering/day-history.ts"
import { SHORT_GAP } from "../metering/follow-register.ts"
import { energyByProfile } from "../metering/load-profile.ts"
import type { LoadProfile, MeteringPoint } from "../metering/metering-point.ts"
import { expectedQuantity, likePeriods } from "./expected-quantity.ts"

/** How a missing value was estimated, in the order in which the ways are tried. */
export const estimationMethod = choice(["linear", "like-day", "day-before", "standard-profile", "last-value", "none"])
export type EstimationMethod = Infer<typeof estimationMethod>

/** A version of an interval value is an estimate, made so; "none" says that nothing was known. */
export const intervalEstimated = kind(440, "IntervalEstimated", { meteringPoint: text, period: unsigned, version: unsigned, method: estimationMethod })

export interface Estimate {
  readonly energyWh: number
  readonly method: EstimationMethod
}

/**
 * What stands in for a missing value. Where the register's difference over the gap is known there is nothing to
 * estimate: it is spread over the periods when the next reading comes (metering/follow-register.ts). Otherwise, in this
 * order: the straight line between true values around a short gap; the average of like days of three weeks; the same
 * clock time of the day before; the standard load profile; the last interval; nothing.
 */
export const estimate = (point: MeteringPoint, profiles: ReadonlyMap<string, LoadProfile>, timeZone: string, period: number): Estimate => {
  const line = linear(point, period)
  if (line !== undefined) return { energyWh: line, method: "linear" }
  const like = likeDayAverage(point.days, timeZone, period)
  if (like !== undefined) return { energyWh: like, method: "like-day" }
  const energyAt = (start: number): number | undefined => point.values.get(start)?.energyWh
  const dayBefore = expectedQuantity(likePeriods(timeZone, period, period), 0, energyAt)
  if (dayBefore !== undefined) return { energyWh: dayBefore, method: "day-before" }
  const profile = profiles.get(point.profile)
  if (profile !== undefined) return { energyWh: energyByProfile(profile, point.yearlyWh, timeZone, period), method: "standard-profile" }
  const last = expectedQuantity([], period, energyAt)
  return last === undefined ? { energyWh: 0, method: "none" } : { energyWh: last, method: "last-value" }
}

/** Between the true values before and behind a gap of at most {@link SHORT_GAP} periods, floored. */
const linear = (point: MeteringPoint, period: number): number | undefined => {
  const found = (step: -1 | 1): number | undefined => {
    for (let distance = 1; distance <= SHORT_GAP; distance++) if (isTrueValue(point.values.get(period + step * distance * PERIOD_SECONDS))) return distance
    return undefined
  }
  const [before, behind] = [found(-1), found(1)]
  if (before === undefined || behind === undefined || before + behind - 1 > SHORT_GAP) return undefined
  const from = point.values.get(period - before * PERIOD_SECONDS)!.energyWh
  const to = point.values.get(period + behind * PERIOD_SECONDS)!.energyWh
  return from + Math.floor(((to - from) * before) / (before + behind))
}
