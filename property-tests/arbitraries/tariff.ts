import fc from "fast-check"
import type { Tariff } from "../../engine/core/tariff/tariff.ts"
import { anyPrice } from "./quantity.ts"

const ordered = (prices: fc.Arbitrary<number>): fc.Arbitrary<Tariff> =>
  fc.tuple(prices, prices, prices).map((three) => {
    const [feedInPrice, sharingPrice, residualSupplyPrice] = three.toSorted((a, b) => a - b) as [number, number, number]
    return { feedInPrice, sharingPrice, residualSupplyPrice }
  })

/** Any tariff that a community may open with: feed-in <= sharing <= residual supply. */
export const anyTariff: fc.Arbitrary<Tariff> = ordered(anyPrice)

/** A tariff of a neighbourhood: some with free sharing, some with a feed-in that costs. */
export const tariff: fc.Arbitrary<Tariff> = fc.oneof(
  fc.constant({ residualSupplyPrice: 250_000, feedInPrice: 60_000, sharingPrice: 120_000 }),
  fc.constant({ residualSupplyPrice: 300_000, feedInPrice: -10_000, sharingPrice: 0 }),
  ordered(fc.integer({ min: -50_000, max: 400_000 }))
)
