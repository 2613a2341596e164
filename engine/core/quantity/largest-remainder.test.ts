import fc from "fast-check"
import { expect, it } from "vitest"
import { anyWattHours } from "../../../property-tests/arbitraries/quantity.ts"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { Invariant } from "./invariant.ts"
import { splitByLargestRemainder } from "./largest-remainder.ts"

it("10 among 1 : 1 : 1 is 4, 3, 3: equal remainders go to the earlier", () => {
  expect(splitByLargestRemainder(10, [1, 1, 1])).toEqual([4, 3, 3])
})

it("100 among 1 : 2 : 3 is 17, 33, 50: the largest remainder is 0.67", () => {
  expect(splitByLargestRemainder(100, [1, 2, 3])).toEqual([17, 33, 50])
})

it("a weight of zero gets nothing, even where one is left over", () => {
  expect(splitByLargestRemainder(1, [0, 5, 5])).toEqual([0, 1, 0])
})

it("nothing among nobody is nothing; something among nobody breaks the law", () => {
  expect(splitByLargestRemainder(0, [0, 0])).toEqual([0, 0])
  expect(splitByLargestRemainder(0, [])).toEqual([])
  expect(() => splitByLargestRemainder(1, [0, 0])).toThrow(Invariant)
})

it("products beyond 2^53 stay exact: 249,999,999.5 and 0.5 tie, the earlier gets the one", () => {
  expect(splitByLargestRemainder(500_000_000, [499_999_999, 500_000_000, 1])).toEqual([250_000_000, 250_000_000, 0])
})

it("parts sum to the total and stray from the exact share by less than 1", () => {
  fc.assert(
    fc.property(fc.array(anyWattHours, { minLength: 1, maxLength: 20 }), anyWattHours, (weights, total) => {
      const sum = weights.reduce((left, right) => left + BigInt(right), 0n)
      fc.pre(sum > 0n)
      const parts = splitByLargestRemainder(total, weights)
      expect(parts.reduce((left, right) => left + right, 0)).toBe(total)
      for (const [index, part] of parts.entries()) {
        const error = BigInt(part) * sum - BigInt(total) * BigInt(weights[index]!)
        expect(error < sum && -error < sum).toBe(true)
      }
    }),
    runs(500)
  )
})

it("no part exceeds its weight when the total does not exceed the sum: a share is capped by consumption", () => {
  fc.assert(
    fc.property(fc.array(anyWattHours, { minLength: 1, maxLength: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), (weights, part) => {
      const sum = weights.reduce((left, right) => left + right, 0)
      const parts = splitByLargestRemainder(Math.floor(sum * part), weights)
      expect(parts.every((one, index) => one <= weights[index]!)).toBe(true)
    }),
    runs(500)
  )
})
