import { describe, expect, it } from "vitest"
import { bothBooks, readableRules } from "../../../../property-tests/arbitraries/readable-books.ts"
import { Invariant } from "../../quantity/invariant.ts"
import { assertRules, tickBits, ticksOf, type BookRules } from "./rules.ts"

const TEN_MILLION = 10_000_000
const MILLIARD = 1_000_000_000
const tariff = { residualSupplyPrice: 0, feedInPrice: 0 }
/** 2^20 prices. */
const widest = { minimumPrice: 0, maximumPrice: 2 ** 20 - 1, priceTick: 1 }

describe("rules that no book can keep break a law", () => {
  it.each<[string, ReadonlyArray<Partial<BookRules>>]>([
    ["a price band within +-10^7", [{ minimumPrice: -TEN_MILLION - 10 }, { maximumPrice: TEN_MILLION + 10 }, { maximumPrice: -110 }, { minimumPrice: 0.5 }, { maximumPrice: NaN }]],
    ["a band of whole ticks", [{ priceTick: 0 }, { priceTick: 7 }, { minimumPrice: 0, maximumPrice: 0, priceTick: 2 * TEN_MILLION + 1 }]],
    ["a band of at most 2^20 ticks", [{ ...widest, maximumPrice: 2 ** 20 }]],
    ["quantities from 1 to 5 x 10^8 Wh", [{ minimumQuantity: 0 }, { minimumQuantity: 1_001 }, { maximumQuantity: 500_000_001 }, { maximumQuantity: 999.5 }]],
    ["room for books, accounts, orders", [{ books: 0 }, { books: 65_537 }, { accounts: 0 }, { accounts: 2 ** 20 + 1 }, { orders: 0 }, { orders: 2 ** 21 }]],
    ["books times ticks, rounded up to a power of two, of at most 2^27", [{ ...widest, books: 129 }, { ...widest, maximumPrice: 2 ** 19, books: 129 }]],
    ["caps on open and directed orders", [{ maximumOpen: -1 }, { maximumOpen: 2 ** 21 }, { maximumDirected: -1 }, { maximumDirected: 2 ** 21 }]],
    ["at most 256 tariffs", [{ tariffs: Array.from({ length: 257 }, () => tariff) }]],
    ["tariff prices within +-10^9", [-MILLIARD - 1, MILLIARD + 1].flatMap((price) => [{ tariffs: [{ ...tariff, residualSupplyPrice: price }] }, { tariffs: [tariff, { ...tariff, feedInPrice: price }] }])],
    // A seller at -100 locks 100 and the residual supply price + 100, a buyer at 300 locks 300 and 300 - the feed-in price.
    ["a hold is an exact number", [{ maximumQuantity: 441_650_591, tariffs: [{ ...tariff, residualSupplyPrice: 20_394_202 }] }, { maximumQuantity: 441_650_591, tariffs: [{ ...tariff, feedInPrice: -20_393_802 }] }]]
  ])("%s", (law, all) => {
    for (const changes of all) {
      const refused = () => assertRules({ ...readableRules, ...changes })
      expect(refused).toThrow(Invariant)
      expect(refused).toThrow(law)
    }
  })

  it.each(bothBooks)("and the %s books cannot be made", (_name, make) => {
    expect(() => make({ ...readableRules, orders: 0 })).toThrow(Invariant)
  })
})

it.each<[string, Partial<BookRules>]>([
  ["the widest band of the largest ticks", { minimumPrice: -TEN_MILLION, maximumPrice: TEN_MILLION, priceTick: 2 * TEN_MILLION }],
  ["one price", { minimumPrice: 50, maximumPrice: 50 }],
  ["the most ticks and the most levels", { ...widest, books: 128 }],
  ["the largest quantity", { maximumQuantity: 500_000_000 }],
  ["one quantity", { minimumQuantity: 1_000 }],
  ["the most books", { books: 65_536 }],
  ["the most accounts and orders", { accounts: 2 ** 20, orders: 2 ** 21 - 1 }],
  ["no open orders", { maximumOpen: 0, maximumDirected: 0 }],
  ["the highest caps", { maximumOpen: 2 ** 21 - 1, maximumDirected: 2 ** 21 - 1 }],
  ["the most tariffs", { tariffs: Array.from({ length: 256 }, () => tariff) }],
  ["the highest tariff", { tariffs: [{ residualSupplyPrice: MILLIARD, feedInPrice: -MILLIARD }] }],
  ["the lowest tariff", { tariffs: [{ residualSupplyPrice: -MILLIARD, feedInPrice: MILLIARD }] }],
  // 441,650,591 Wh x (100 + 20,394,301) = 2^53 - 1.
  ["the largest exact hold", { maximumQuantity: 441_650_591, tariffs: [{ ...tariff, residualSupplyPrice: 20_394_201 }] }]
])("%s can be kept", (_what, changes) => {
  expect(() => assertRules({ ...readableRules, ...changes })).not.toThrow()
})

it("ticks are laid out as a power of two, 32 at least", () => {
  const band = (ticks: number): BookRules => ({ ...readableRules, minimumPrice: 0, maximumPrice: (ticks - 1) * 10 })
  expect([1, 32, 33, 64, 65].map((ticks) => ticksOf(band(ticks)))).toEqual([1, 32, 33, 64, 65])
  expect([1, 32, 33, 64, 65].map((ticks) => tickBits(band(ticks)))).toEqual([5, 5, 6, 6, 7])
})
