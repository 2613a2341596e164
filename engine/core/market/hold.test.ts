import { expect, it } from "vitest"
import { checkOrder } from "./check-order.ts"
import { holdFor } from "./hold.ts"
import type { MarketRules } from "./market-rules.ts"

const tariff = { residualSupplyPrice: 250_000, feedInPrice: 60_000, sharingPrice: 120_000 }

it("a buyer of 1 kWh at 15 ct locks 15 ct to pay and 9 ct in case nothing is taken", () => {
  expect(holdFor("buy", 150_000, 1_000, tariff)).toBe(240_000_000n)
})

it("a seller of 1 kWh at 15 ct locks 10 ct in case nothing is delivered", () => {
  expect(holdFor("sell", 150_000, 1_000, tariff)).toBe(100_000_000n)
})

it("at -2 ct the seller pays: 2 ct and 27 ct of exposure; the buyer locks nothing", () => {
  expect(holdFor("sell", -20_000, 1_000, tariff)).toBe(290_000_000n)
  expect(holdFor("buy", -20_000, 1_000, tariff)).toBe(0n)
})

it("above residual supply a seller locks nothing, below feed-in a buyer locks the price alone", () => {
  expect(holdFor("sell", 300_000, 1_000, tariff)).toBe(0n)
  expect(holdFor("buy", 50_000, 1_000, tariff)).toBe(50_000_000n)
})

const rules: MarketRules = { minimumPrice: -500_000, maximumPrice: 500_000, priceTick: 1_000, minimumQuantity: 10, maximumQuantity: 5_000, opensBefore: 86_400, collectsBefore: 0, maximumOpenOrders: 9, maximumDirectedOrders: 9, books: 9, tradingPoints: 9, restingOrders: 9 }
const check = (changes: { now?: number; period?: number; price?: number; quantity?: number }) =>
  checkOrder(rules, changes.now ?? 900_000, changes.period ?? 900_900, changes.price ?? 100_000, changes.quantity ?? 100)

it("an order is accepted at every edge of the rules", () => {
  for (const edge of [{ price: -500_000 }, { price: 500_000 }, { price: 0 }, { quantity: 10 }, { quantity: 5_000 }, { period: 900_000 + 86_400 }]) expect(check(edge)).toBe("Accepted")
})

it("and refused one step beyond, each by its name", () => {
  expect(check({ price: 501_000 })).toBe("PriceOutsideBand")
  expect(check({ price: -501_000 })).toBe("PriceOutsideBand")
  expect(check({ price: -999 })).toBe("PriceOffTick")
  expect(check({ quantity: 9 })).toBe("QuantityTooSmall")
  expect(check({ quantity: 5_001 })).toBe("QuantityTooLarge")
  expect(check({ period: 900_000 })).toBe("MarketClosed")
  expect(check({ period: 900_000 + 86_400 + 900 })).toBe("MarketClosed")
  expect(check({ period: 900_901 })).toBe("MarketClosed")
})
