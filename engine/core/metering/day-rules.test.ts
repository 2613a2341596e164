import { expect, it } from "vitest"
import { findHigh, findLow, findSpike, findZero } from "./day-rules.ts"

/** Seven days of `energies`, as they are remembered. */
const week = (...energies: ReadonlyArray<number>) => Array.from({ length: 7 }, (_, index) => ({ start: index * 86_400, energies: energies.map((energy) => energy + 1) }))
const quiet = week(10, 20, 30, 0, 0, 100)

it("spike: the highest against three times the third highest, twice the weeks before, and 250 Wh", () => {
  expect(findSpike([10, 90, 551, 80], quiet)).toEqual([{ place: 2, flag: "Spike" }])
  expect(findSpike([10, 90, 490, 80], quiet)).toEqual([])
  expect(findSpike([10, 90, 551, 80], quiet.slice(1))).toEqual([])
})

it("high: above half the capacity and twice the weeks before", () => {
  expect(findHigh([501, 500, 10], quiet, 1_000)).toEqual([{ place: 0, flag: "HighLimit" }])
  expect(findHigh([201], quiet, 100)).toEqual([{ place: 0, flag: "HighLimit" }])
})

it("low: a withdrawal's day below a tenth of the least of the weeks before, if that was a kWh", () => {
  const plenty = week(400, 300, 300)
  expect(findLow([50, 50, 0], plenty, "withdrawal")).toEqual([{ place: 2, flag: "LowLimit" }])
  expect(findLow([50, 51, 0], plenty, "withdrawal")).toEqual([])
  expect(findLow([0, 0, 0], plenty, "injection")).toEqual([])
  expect(findLow([0, 0, 0], quiet, "withdrawal")).toEqual([])
})

it("zero: longer than two hours, and than twice the longest time of the weeks before", () => {
  const nine = [1, ...Array<number>(9).fill(0), 1]
  expect(findZero(nine, quiet)).toEqual([{ place: 9, flag: "Zero" }])
  expect(findZero(nine.slice(1, 9), quiet)).toEqual([])
  expect(findZero(nine, week(1, 0, 0, 0, 0, 0))).toEqual([])
})
