import fc from "fast-check"
import { expect, it } from "vitest"
import { tickPrice } from "../../../property-tests/arbitraries/quantity.ts"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { tariff as anyTariff } from "../../../property-tests/arbitraries/tariff.ts"
import { allocatePeriod } from "../allocation/allocate-period.ts"
import { netPositions } from "../settlement/position.ts"
import { postPeriod } from "../settlement/posting.ts"
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

it("covers whatever metering makes of the trade", () => {
  const wh = fc.nat(3_000)
  fc.assert(
    fc.property(anyTariff, tickPrice, fc.integer({ min: 1, max: 2_000 }), wh, wh, (prices, price, quantity, injectedWh, withdrawnWh) => {
      const trade = { tradeId: 1, period: 900, community: "sun", buyOrder: 1, sellOrder: 2, buyPoint: "home", sellPoint: "roof", buyer: "ben", seller: "ada", price, quantity }
      const allocation = allocatePeriod(
        [
          { meteringPoint: "home", member: "ben", direction: "withdrawal", energyWh: withdrawnWh },
          { meteringPoint: "roof", member: "ada", direction: "injection", energyWh: injectedWh }
        ],
        [trade]
      )
      const postings = postPeriod(900, allocation, prices, 1).filter(({ kind }) => kind === "market" || kind === "imbalance")
      for (const { member, amount } of netPositions(postings)) {
        expect(-amount <= holdFor(member === "ben" ? "buy" : "sell", price, quantity, prices)).toBe(true)
      }
    }),
    runs(1_000)
  )
})

const rules: MarketRules = { minimumPrice: -500_000, maximumPrice: 500_000, priceTick: 1_000, minimumQuantity: 10, maximumQuantity: 5_000, opensBefore: 86_400 }
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
})
