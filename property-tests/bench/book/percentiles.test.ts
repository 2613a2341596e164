import { expect, it } from "vitest"
import { atShare, medianTimes } from "./percentiles.ts"

it("of each command the median of its runs, in the order of the commands", () => {
  const runs = [[3, 10, 5], [1, 90, 5], [2, 11, 5]].map((times) => Float64Array.from(times))
  expect([...medianTimes(runs)]).toEqual([2, 11, 5])
})

it("a share of a thousand times in milliseconds, in nanoseconds", () => {
  const times = Float64Array.from({ length: 1_000 }, (_, index) => (999 - index) / 1_000)
  expect([0.5, 0.99, 0.999].map((share) => atShare(times, share))).toEqual([500_000, 990_000, 999_000])
})
