import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { knownTime, timeZone } from "../../../property-tests/arbitraries/calendar.ts"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { hasOffsets, knownTimeZones, localDayNamed, localDayOf, monthOf, offsetAt, secondsOfLocalDay } from "./local-day.ts"
import { isPeriodStart, periodOf, periodsBetween, timeToText } from "./period.ts"

const utc = (...parts: [number, number, number, number?, number?]) => Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0, parts[4] ?? 0) / 1000

describe("days of Vienna, by hand", () => {
  it("the 26th of March 2016 is an ordinary day of 96 periods", () => {
    const day = localDayOf("Europe/Vienna", utc(2016, 3, 26, 12))
    expect(day).toEqual({ name: "2016-03-26", start: utc(2016, 3, 25, 23), end: utc(2016, 3, 26, 23) })
    expect(periodsBetween(day.start, day.end)).toHaveLength(96)
  })
  it("the 27th has 92: at 02:00 it is 03:00", () => {
    const day = localDayNamed("Europe/Vienna", "2016-03-27")!
    expect(day).toEqual({ name: "2016-03-27", start: utc(2016, 3, 26, 23), end: utc(2016, 3, 27, 22) })
    expect(periodsBetween(day.start, day.end)).toHaveLength(92)
  })
  it("the 30th of October 2016 has 100: 02:00 to 03:00 comes twice", () => {
    const day = localDayNamed("Europe/Vienna", "2016-10-30")!
    expect(day).toEqual({ name: "2016-10-30", start: utc(2016, 10, 29, 22), end: utc(2016, 10, 30, 23) })
    expect(periodsBetween(day.start, day.end)).toHaveLength(100)
  })
  it("the clock on the wall: 02:15 is 8,100 s, twice in October, never in March", () => {
    expect(secondsOfLocalDay("Europe/Vienna", utc(2016, 10, 30, 0, 15))).toBe(8_100)
    expect(secondsOfLocalDay("Europe/Vienna", utc(2016, 10, 30, 1, 15))).toBe(8_100)
    expect(secondsOfLocalDay("Europe/Vienna", utc(2016, 3, 27, 0, 45))).toBe(6_300)
    expect(secondsOfLocalDay("Europe/Vienna", utc(2016, 3, 27, 1, 0))).toBe(10_800)
  })
  it("names that are no day, months, unknown zones, years without data", () => {
    for (const name of ["2016-02-30", "2015-02-29", "2016-13-01", "2016-3-27", "", "2016-03-27T00:00:00Z"]) expect(localDayNamed("UTC", name), name).toBeUndefined()
    expect(localDayNamed("UTC", "2016-02-29")?.name).toBe("2016-02-29")
    expect(monthOf("2016-03-27")).toBe("2016-03")
    expect(() => offsetAt("Mars/Olympus", 0)).toThrow(RangeError)
    expect([utc(2009, 12, 31, 23), utc(2010, 1, 1), utc(2039, 12, 31, 23), utc(2040, 1, 1)].map(hasOffsets)).toEqual([false, true, true, false])
  })
})

const localTextIn = (zone: string) => {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
  return (time: number): string => format.format(time * 1000).replace(", ", "T")
}
const ourText = (zone: string, time: number): string => timeToText(time + offsetAt(zone, time)).slice(0, 16)

describe("the offsets file against Intl, 2010 to 2039", () => {
  it.each(knownTimeZones)("%s, every six hours and every period around each change", (zone) => {
    const localText = localTextIn(zone)
    let before = offsetAt(zone, utc(2010, 1, 1))
    const wrong: Array<string> = []
    const check = (time: number) => {
      if (localText(time) !== ourText(zone, time)) wrong.push(timeToText(time))
    }
    for (let time = utc(2010, 1, 1); time < utc(2040, 1, 1); time += 6 * 3_600) {
      check(time)
      const offset = offsetAt(zone, time)
      if (offset !== before) for (let close = time - 6 * 3_600; close <= time; close += 900) check(close)
      before = offset
    }
    expect(wrong).toEqual([])
  })
})

it("days tile the time line: each holds its seconds, ends where the next begins, and is named as it is found", () => {
  fc.assert(
    fc.property(timeZone, knownTime, (zone, time) => {
      const day = localDayOf(zone, time)
      expect(day.start <= time && time < day.end).toBe(true)
      expect(localDayOf(zone, day.end).start).toBe(day.end)
      expect(localDayOf(zone, day.start - 1).end).toBe(day.start)
      expect(localDayNamed(zone, day.name)).toEqual(day)
      expect([92, 96, 100]).toContain((day.end - day.start) / 900)
      expect(secondsOfLocalDay(zone, day.start)).toBe(0)
      expect(isPeriodStart(day.start)).toBe(true)
    }),
    runs(2_000)
  )
})

it("periods", () => {
  expect(periodOf(1_799)).toBe(900)
  expect(periodOf(1_800)).toBe(1_800)
  expect([isPeriodStart(900), isPeriodStart(901)]).toEqual([true, false])
  expect(periodsBetween(900, 2_700)).toEqual([900, 1_800])
  expect(timeToText(0)).toBe("1970-01-01T00:00:00Z")
})
