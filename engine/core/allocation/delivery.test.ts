import { describe, expect, it } from "vitest"
import type { Trade } from "../market/order.ts"
import { deliverTrades } from "./delivery.ts"

const trade = (tradeId: number, sellPoint: string, buyPoint: string, quantity: number): Trade => ({
  tradeId,
  period: 900,
  community: "sun",
  buyOrder: 2 * tradeId,
  sellOrder: 2 * tradeId + 1,
  buyPoint,
  sellPoint,
  buyer: `member of ${buyPoint}`,
  seller: `member of ${sellPoint}`,
  price: 100,
  quantity
})
const deliver = (trades: ReadonlyArray<Trade>, energies: Record<string, number>) => {
  const { delivered, left } = deliverTrades(trades, (point) => energies[point] ?? 0)
  return { wh: delivered.map((one) => [one.deliveredWh, one.sellerShortfallWh, one.buyerExcessWh]), left: Object.fromEntries(left) }
}

describe("first in, first out", () => {
  it("India's draft: one meter sold 5 and 4 and delivers 8: 5 and 3", () => {
    expect(deliver([trade(1, "roof", "ben", 5), trade(2, "roof", "cleo", 4)], { roof: 8, ben: 10, cleo: 10 })).toEqual({
      wh: [[5, 0, 0], [3, 1, 0]],
      left: { roof: 0, ben: 5, cleo: 7 }
    })
  })
  it("a buyer who takes 8 of 5 and 4 answers for the one that was there", () => {
    expect(deliver([trade(1, "a", "ben", 5), trade(2, "b", "ben", 4)], { a: 5, b: 4, ben: 8 }).wh).toEqual([[5, 0, 0], [3, 0, 1]])
  })
})

describe("who fell short answers, and only for what the other side had", () => {
  it("both missed alike: void", () => {
    expect(deliver([trade(1, "roof", "home", 10)], {}).wh).toEqual([[0, 0, 0]])
    expect(deliver([trade(1, "roof", "home", 10)], { roof: 4, home: 4 }).wh).toEqual([[4, 0, 0]])
  })
  it("the seller short by 7, the buyer would have taken 9 of 10", () => {
    expect(deliver([trade(1, "roof", "home", 10)], { roof: 3, home: 9 }).wh).toEqual([[3, 6, 0]])
  })
  it("the buyer took 2, the seller had 10: 8 of excess, none of it the seller's fault", () => {
    expect(deliver([trade(1, "roof", "home", 10)], { roof: 30, home: 2 })).toEqual({ wh: [[2, 0, 8]], left: { roof: 28, home: 0 } })
  })
})
