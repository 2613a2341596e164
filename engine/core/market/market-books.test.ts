import { expect, it } from "vitest"
import { openRules } from "../../../property-tests/arbitraries/world.ts"
import { MarketBooks, type OpenOrder } from "./market-books.ts"

const order = (orderId: number, member: string): OpenOrder => ({ orderId, member, meteringPoint: `${member}-roof`, community: "sun", period: 900, side: "sell", price: 1_000, remaining: 1, isDirected: false, terms: 0 })

it("a member's open orders come in the order in which they came to their books", () => {
  const books = new MarketBooks(openRules)
  const orders = [order(3, "ada"), order(1, "ada"), order(4, "ben"), order(2, "ada")]
  for (const one of orders) books.enter(one)
  const numbersOf = (member: string) => books.ordersOf(member).map(({ orderId }) => orderId)
  expect([numbersOf("ada"), numbersOf("ben"), numbersOf("cleo")]).toEqual([[3, 1, 2], [4], []])
  books.leave(orders[1]!)
  books.leave(orders[2]!)
  expect([numbersOf("ada"), numbersOf("ben"), [...books.orders.keys()]]).toEqual([[3, 2], [], [3, 2]])
})
