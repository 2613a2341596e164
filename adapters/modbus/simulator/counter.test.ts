import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { counterAt, powerAt, seriesOf, shownWh } from "./counter.ts"
import { findWindows, parseFeeder, windowAt } from "./feeder.ts"

const text = readFileSync(new URL("../../../infra/demo/feeders/semiurb4/energy_wh_15min.csv", import.meta.url), "utf8")
const feeder = parseFeeder(text)
const seconds = (time: string): number => Date.parse(time) / 1_000

/** Adds the table's cells one by one, straight from the text: the slow way that the counter must agree with. */
const addedUp = (column: string, from: number, to: number): number => {
  const [header = "", ...rows] = text.trimEnd().split("\n")
  const place = header.split(",").indexOf(column)
  let sum = 0
  for (const row of rows) {
    const cells = row.split(",")
    const start = seconds(cells[0]!)
    if (start >= from && start < to) sum += Math.abs(Number(cells[place]))
  }
  return sum
}

describe("the feeder's windows", () => {
  it("are three, of which one has a day of 92 periods and one a day of 100", () => {
    expect(feeder.windows.map(({ periods }) => periods)).toEqual([188, 2_016, 196])
    expect(feeder.windows[0]).toMatchObject({ start: seconds("2016-03-25T23:00Z"), end: seconds("2016-03-27T22:00Z") })
    expect(188 - 96).toBe(92)
    expect(196 - 96).toBe(100)
  })

  it("are listed when a time lies in none", () => {
    expect(() => windowAt(feeder, seconds("2016-05-01T00:00Z")))
      .toThrow(/no 2016-05-01T00:00:00.000Z; its windows are 2016-03-25T23:00:00.000Z to 2016-03-27T22:00:00.000Z, 2016-06/)
    expect(windowAt(feeder, seconds("2016-03-27T21:59:59Z"))).toBe(feeder.windows[0])
  })

  it("break wherever rows are not 15 minutes apart", () => {
    const starts = fc.array(fc.constantFrom(900, 1_800, 450), { minLength: 1, maxLength: 40 })
      .map((steps) => steps.map((_, index) => steps.slice(0, index).reduce((sum, step) => sum + step, 0)))
    fc.assert(fc.property(starts, (times) => {
      const windows = findWindows(times)
      expect(windows.flatMap(({ start, periods }) => Array.from({ length: periods }, (_, index) => start + index * 900))).toEqual(times)
    }))
  })

  it("are refused with the line of a cell that is no integer", () => {
    expect(() => parseFeeder("utc,local,load0\n2016-03-25T23:00Z,x,1.5\n")).toThrow(/line 2: load0/)
    expect(() => parseFeeder("utc,local,load0\nyesterday,x,1\n")).toThrow(/line 2/)
  })
})

describe("the counter", () => {
  const column = fc.constantFrom("load0", "load33", "pv3", "bat1")
  const window = fc.constantFrom(...feeder.windows)

  it("adds up the table at every period of every window, and goes on when it repeats", () => {
    fc.assert(fc.property(column, window, fc.nat(5_000), fc.nat(10 ** 9), (name, one, periods, initialWh) => {
      const series = seriesOf(feeder, one, name)
      const repeats = Math.floor(periods / one.periods)
      const rest = addedUp(name, one.start, one.start + (periods % one.periods) * 900)
      const expected = initialWh + repeats * addedUp(name, one.start, one.end) + rest
      expect(counterAt(series, initialWh, one.start + periods * 900)).toBe(expected)
    }), { numRuns: 40 })
  })

  it("never falls, and moves within a period by its share of the time", () => {
    fc.assert(fc.property(column, window, fc.nat(4_000_000), fc.nat(2_000), (name, one, offset, later) => {
      const series = seriesOf(feeder, one, name)
      const time = one.start + offset
      expect(counterAt(series, 0, time + later)).toBeGreaterThanOrEqual(counterAt(series, 0, time))
      const periodStart = time - (offset % 900)
      const energy = counterAt(series, 0, periodStart + 900) - counterAt(series, 0, periodStart)
      expect(counterAt(series, 0, time) - counterAt(series, 0, periodStart)).toBe(Math.floor((energy * (offset % 900)) / 900))
      expect(powerAt(series, time)).toBe(4 * energy)
    }))
  })

  it("has 92 periods in the local day on which summer time begins", () => {
    const series = seriesOf(feeder, feeder.windows[0]!, "load0")
    const [from, to] = [seconds("2016-03-26T23:00Z"), seconds("2016-03-27T22:00Z")]
    expect((to - from) / 900).toBe(92)
    expect(counterAt(series, 0, to) - counterAt(series, 0, from)).toBe(addedUp("load0", from, to))
  })

  it("does not exist before its window, nor between seconds", () => {
    const series = seriesOf(feeder, feeder.windows[1]!, "load0")
    expect(() => counterAt(series, 0, series.start - 1)).toThrow(RangeError)
    expect(() => counterAt(series, 0, series.start + 0.5)).toThrow(RangeError)
    expect(() => seriesOf(feeder, feeder.windows[1]!, "load99")).toThrow(/no column load99/)
  })

  it("shows whole steps only", () => {
    expect([shownWh(1_299, 100), shownWh(1_300, 100), shownWh(7, 1)]).toEqual([1_200, 1_300, 7])
  })
})
