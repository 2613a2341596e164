import { expect, it } from "vitest"
import { openRules } from "../../../property-tests/arbitraries/world.ts"
import { areMarketRules, isImbalancePriced, type MarketRules } from "./market-rules.ts"

const are = (changes: Partial<MarketRules>): boolean => areMarketRules({ ...openRules, ...changes })

it("a band's ticks are multiples of the tick, and its books can be kept", () => {
  expect(are({})).toBe(true)
  expect(are({ minimumPrice: -500, maximumPrice: 500 })).toBe(false)
  expect(are({ minimumPrice: -1_000, maximumPrice: 500 })).toBe(false)
  expect([are({ priceTick: 0 }), are({ books: 0 }), are({ maximumQuantity: 500_000_001 })]).toEqual([false, false, false])
})

it("a book may collect for all the time that it is open, not longer", () => {
  expect([are({ opensBefore: 604_800 }), are({ opensBefore: 604_801 })]).toEqual([true, false])
  expect([are({ opensBefore: 3_600, collectsBefore: 3_600 }), are({ opensBefore: 3_600, collectsBefore: 3_601 })]).toEqual([true, false])
})

it("what is not delivered must have a price that a posting may carry: up to 10^7 micro-units per kWh", () => {
  const tariff = { residualSupplyPrice: 9_000_000, feedInPrice: -9_000_000, sharingPrice: 0 }
  expect(isImbalancePriced(openRules, tariff)).toBe(true)
  expect(isImbalancePriced(openRules, { ...tariff, residualSupplyPrice: 9_000_001 })).toBe(false)
  expect(isImbalancePriced(openRules, { ...tariff, feedInPrice: -9_000_001 })).toBe(false)
})
