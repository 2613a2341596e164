import fc from "fast-check"
import { expect, it } from "vitest"
import { tradedPeriod } from "../../../property-tests/arbitraries/community.ts"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { allocatePeriod } from "./allocate-period.ts"

it("1,000 Wh from the roof: 300 traded to Ben, 700 shared by 600 and 500 still wanted, the rest from the supplier", () => {
  const trade = { tradeId: 1, period: 900, community: "sun", buyOrder: 1, sellOrder: 2, buyPoint: "ben", sellPoint: "roof", buyer: "ben", seller: "ada", price: 1, quantity: 300 }
  const allocation = allocatePeriod(
    [
      { meteringPoint: "ben", member: "ben", direction: "withdrawal", energyWh: 900 },
      { meteringPoint: "cleo", member: "cleo", direction: "withdrawal", energyWh: 500 },
      { meteringPoint: "roof", member: "ada", direction: "injection", energyWh: 1_000 }
    ],
    [trade]
  )
  expect(allocation).toMatchObject({ injectedWh: 1_000, withdrawnWh: 1_400, tradedWh: 300, sharedWh: 700 })
  expect(allocation.points.map(({ meteringPoint, tradedWh, sharedWh, beyondWh }) => [meteringPoint, tradedWh, sharedWh, beyondWh])).toEqual([
    ["ben", 300, 382, 218],
    ["cleo", 0, 318, 182],
    ["roof", 300, 700, 0]
  ])
})

it("import and export of one member are never netted", () => {
  const allocation = allocatePeriod(
    [
      { meteringPoint: "home", member: "ada", direction: "withdrawal", energyWh: 100 },
      { meteringPoint: "roof", member: "ada", direction: "injection", energyWh: 100 }
    ],
    []
  )
  expect(allocation).toMatchObject({ injectedWh: 100, withdrawnWh: 100, sharedWh: 100 })
})

it("nothing metered is nothing allocated", () => {
  expect(allocatePeriod([], [])).toEqual({ delivered: [], points: [], injectedWh: 0, withdrawnWh: 0, tradedWh: 0, sharedWh: 0 })
})

it("Wh are conserved at every point and on both sides, and nothing is left that two could still share", () => {
  fc.assert(
    fc.property(tradedPeriod, ({ points, trades }) => {
      const allocation = allocatePeriod(points, trades)
      const beyond = { injection: 0, withdrawal: 0 }
      for (const [index, point] of allocation.points.entries()) {
        expect(point.tradedWh + point.sharedWh + point.beyondWh).toBe(points[index]!.energyWh)
        beyond[point.direction] += point.beyondWh
      }
      expect(allocation.injectedWh - allocation.tradedWh - allocation.sharedWh).toBe(beyond.injection)
      expect(allocation.withdrawnWh - allocation.tradedWh - allocation.sharedWh).toBe(beyond.withdrawal)
      expect(Math.min(beyond.injection, beyond.withdrawal)).toBe(0)
      for (const { trade, deliveredWh, sellerShortfallWh, buyerExcessWh } of allocation.delivered) {
        expect(Math.min(sellerShortfallWh, buyerExcessWh)).toBe(0)
        expect(deliveredWh + sellerShortfallWh + buyerExcessWh).toBeLessThanOrEqual(trade.quantity)
      }
    }),
    runs(1_500)
  )
})
