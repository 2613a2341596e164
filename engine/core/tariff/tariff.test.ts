import { expect, it } from "vitest"
import { isPrice } from "../quantity/money.ts"
import { checkTariff } from "./tariff.ts"

const check = (feedInPrice: number, sharingPrice: number, residualSupplyPrice: number) => checkTariff({ feedInPrice, sharingPrice, residualSupplyPrice }, isPrice)

it("feed-in <= sharing <= residual supply, so that nobody gains by missing a trade", () => {
  expect(check(60_000, 120_000, 250_000)).toBe("Accepted")
  expect(check(100, 100, 100)).toBe("Accepted")
  expect(check(-20_000, -10_000, 0)).toBe("Accepted")
  expect(check(130_000, 120_000, 250_000)).toBe("PricesOutOfOrder")
  expect(check(60_000, 260_000, 250_000)).toBe("PricesOutOfOrder")
})

it("all three are prices", () => {
  expect(check(0, 0, 10_000_001)).toBe("PriceOutOfBounds")
  expect(check(-10_000_001, 0, 0)).toBe("PriceOutOfBounds")
})
