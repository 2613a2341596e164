import { expect, it } from "vitest"
import { deliverNaively, matchNaively, type NaiveOrder } from "./naive-matcher.ts"

const order = (orderId: number, member: string, side: "buy" | "sell", price: number, quantity: number, period = 900): NaiveOrder => ({
  orderId,
  period,
  meteringPoint: `${member}-${side}`,
  member,
  side,
  price,
  quantity
})
const short = (orders: ReadonlyArray<NaiveOrder>) => matchNaively(orders).map(({ tradeId, buyer, seller, price, quantity }) => `${tradeId}: ${seller} -> ${buyer} ${quantity} @ ${price}`)

it("best price first, then the oldest, at the resting order's price", () => {
  expect(short([order(1, "a", "sell", 110, 5), order(2, "b", "sell", 100, 5), order(3, "c", "sell", 100, 5), order(4, "d", "buy", 120, 12)])).toEqual([
    "1: b -> d 5 @ 100",
    "2: c -> d 5 @ 100",
    "3: a -> d 2 @ 110"
  ])
})

it("what a member sells and buys is the member's; the rest of both is for others", () => {
  expect(short([order(1, "a", "sell", 100, 5), order(2, "a", "buy", 120, 7), order(3, "b", "sell", 90, 5), order(4, "c", "buy", 120, 5)])).toEqual(["1: b -> a 2 @ 120", "2: b -> c 3 @ 90"])
})

it("each period has a book of its own", () => {
  expect(short([order(1, "a", "sell", 100, 5, 900), order(2, "b", "buy", 120, 5, 1_800)])).toEqual([])
})

it("India's draft: 5 and 4 sold, 8 delivered: 5 and 3", () => {
  const trade = (tradeId: number, buyPoint: string, quantity: number) => ({ tradeId, period: 900, buyPoint, sellPoint: "roof", quantity })
  const energies = [["roof", 8], ["b", 9], ["c", 9]].map(([meteringPoint, energyWh]) => ({ meteringPoint: String(meteringPoint), period: 900, energyWh: Number(energyWh) }))
  expect(deliverNaively([trade(1, "b", 5), trade(2, "c", 4)], energies)).toEqual([{ tradeId: 1, deliveredWh: 5 }, { tradeId: 2, deliveredWh: 3 }])
})
