import fc from "fast-check"
import { knownTimeZones, localDayNamed, type LocalDay } from "../../engine/core/calendar/local-day.ts"
import { PERIOD_SECONDS, periodsBetween } from "../../engine/core/calendar/period.ts"

export const timeZone: fc.Arbitrary<string> = fc.constantFrom(...knownTimeZones)

/** Seconds in the years whose offsets the repository carries. */
export const knownTime: fc.Arbitrary<number> = fc.integer({ min: Date.UTC(2010, 0, 2) / 1000, max: Date.UTC(2039, 11, 30) / 1000 })

/** Local days worth a test in Vienna: 92, 96 and 100 periods, the days after those, a leap day, a turn of the year. */
export const notableDay: fc.Arbitrary<LocalDay> = fc
  .constantFrom("2016-03-26", "2016-03-27", "2016-03-28", "2016-10-30", "2016-10-31", "2016-02-29", "2016-12-31")
  .map((name) => localDayNamed("Europe/Vienna", name)!)

/** All delivery periods of a notable day. */
export const periodsOfNotableDay: fc.Arbitrary<Array<number>> = notableDay.map(({ start, end }) => periodsBetween(start, end))

/** A first tick shortly before a notable day ends, so that short histories see its run become due. */
export const startNearDayEnd: fc.Arbitrary<number> = fc
  .tuple(notableDay, fc.integer({ min: 1, max: 8 }))
  .map(([{ end }, periods]) => end - periods * PERIOD_SECONDS)
