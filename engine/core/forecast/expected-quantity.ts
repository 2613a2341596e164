import { localDayOf, secondsOfLocalDay } from "../calendar/local-day.ts"
import { PERIOD_SECONDS, periodsBetween } from "../calendar/period.ts"

/**
 * The delivery periods of the last complete local day, as known at market time `now`, that show the same clock time as
 * `period`: one as a rule, two where that day has the hour twice, none where it lacks it.
 */
export const likePeriods = (timeZone: string, now: number, period: number): Array<number> => {
  const today = localDayOf(timeZone, now)
  const lastComplete = localDayOf(timeZone, today.start - 1)
  const clock = secondsOfLocalDay(timeZone, period)
  return periodsBetween(lastComplete.start, lastComplete.end).filter((start) => secondsOfLocalDay(timeZone, start) === clock)
}

/**
 * What a metering point is expected to withdraw or inject, in Wh: the value of the first of `like` that it has, else
 * the last interval before `now`, else undefined.
 */
export const expectedQuantity = (
  like: ReadonlyArray<number>,
  now: number,
  energyAt: (period: number) => number | undefined
): number | undefined => {
  for (const period of like) {
    const energy = energyAt(period)
    if (energy !== undefined) return energy
  }
  return energyAt(now - PERIOD_SECONDS)
}
