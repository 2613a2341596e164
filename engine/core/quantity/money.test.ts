import fc from "fast-check"
import { expect, it } from "vitest"
import { anyPrice, anyWattHours } from "../../../property-tests/arbitraries/quantity.ts"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { isWattHours, MAX_WATT_HOURS, wattHours } from "./energy.ts"
import { Invariant } from "./invariant.ts"
import { amountOf, isPrice, MAX_PRICE } from "./money.ts"

it("1 kWh at 25 ct/kWh is 25 ct: 250,000,000 nano-euro", () => {
  expect(amountOf(1_000, 250_000)).toBe(250_000_000)
})

it("1 Wh at 0.000001 EUR/kWh is 1 nano-euro: nothing is rounded away", () => {
  expect(amountOf(1, 1)).toBe(1)
})

it("a negative price is a price", () => {
  expect(amountOf(2_500, -40_000)).toBe(-100_000_000)
})

it("nothing at a negative price is 0, not -0", () => {
  expect(Object.is(amountOf(0, -5), 0)).toBe(true)
})

it("the largest posting is 5 x 10^15, below 2^53", () => {
  expect(amountOf(MAX_WATT_HOURS, MAX_PRICE)).toBe(5_000_000_000_000_000)
  expect(amountOf(MAX_WATT_HOURS, -MAX_PRICE)).toBe(-5_000_000_000_000_000)
})

it.each([[-1, 1], [0.5, 1], [Number.NaN, 1], [MAX_WATT_HOURS + 1, 1], [1, MAX_PRICE + 1], [1, 0.5], [1, Number.NaN]])("%d Wh at %d is refused", (energyWh, price) => {
  expect(() => amountOf(energyWh, price)).toThrow(Invariant)
})

it("is the exact product, by BigInt", () => {
  fc.assert(
    fc.property(anyWattHours, anyPrice, (energyWh, price) => {
      expect(BigInt(amountOf(energyWh, price))).toBe(BigInt(energyWh) * BigInt(price))
    }),
    runs(2_000)
  )
})

it("bounds of prices and energies include their ends", () => {
  expect([isPrice(MAX_PRICE), isPrice(-MAX_PRICE), isPrice(MAX_PRICE + 1), isPrice(0.1)]).toEqual([true, true, false, false])
  expect([isWattHours(0), isWattHours(MAX_WATT_HOURS), isWattHours(-1), isWattHours(MAX_WATT_HOURS + 1)]).toEqual([true, true, false, false])
  expect(wattHours(7)).toBe(7)
  expect(() => wattHours(-7)).toThrow(Invariant)
})
