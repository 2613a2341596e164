import { expect, it } from "vitest"
import { openRules } from "../../../property-tests/arbitraries/world.ts"
import { NotCanonical } from "../quantity/canonical-reader.ts"
import { decode, encode } from "../quantity/codec.ts"
import { ACCEPTED } from "./book/status.ts"
import { SELL, termsOf } from "./book/terms.ts"
import { MarketBooks } from "./market-books.ts"
import { clientOrderKey, emptyMarket, marketState, type MarketState } from "./market-state.ts"
import type { Trade } from "./order.ts"

const trade: Trade = { tradeId: 3, period: 900, community: "sun", buyOrder: 1, sellOrder: 2, buyPoint: "ben-home", sellPoint: "ada-roof", buyer: "ben", seller: "ada", price: -4_000, quantity: 5 }

it("a market comes back from its bytes with all that it knows", () => {
  const market: MarketState = {
    books: new MarketBooks(openRules), clientOrders: new Map([[clientOrderKey("ada-roof", 7n), { orderId: 2, forgetAt: 87_300 }]]),
    undelivered: new Map([[900, [trade]]]), nextDelivery: 900, nextOrder: 3, nextTrade: 4
  }
  const { books, ...rest } = decode(marketState, encode(marketState, market))
  expect(rest).toEqual({ clientOrders: market.clientOrders, undelivered: market.undelivered, nextDelivery: 900, nextOrder: 3, nextTrade: 4 })
  expect(books!.rules).toEqual(openRules)
})

it.each<[string, (market: MarketState) => void]>([
  ["a resting order with a number that is still to be given", (market) => (market.nextOrder = 2)],
  ["a client's id of an order that is still to be placed", (market) => market.clientOrders.set(clientOrderKey("ada-roof", 8n), { orderId: 3, forgetAt: 900 })],
  ["a client's id of another's order", (market) => (market.clientOrders = new Map([[clientOrderKey("ben-home", 7n), { orderId: 2, forgetAt: 900 }]]))],
  ["two ids of one order", (market) => market.clientOrders.set(clientOrderKey("ada-roof", 8n), { orderId: 2, forgetAt: 900 })],
  ["a trade with a number that is still to be given", (market) => (market.nextTrade = 3)]
])("%s is no market", (_, change) => {
  const books = new MarketBooks(openRules)
  books.admit({ meteringPoint: "ada-roof", member: "ada", community: "sun" })
  books.open(900, "sun")
  expect(books.books.place(0, 0, 2, 0, termsOf(SELL), 77_000, 5, 0, [])).toBe(ACCEPTED)
  books.books.log.drained()
  const market: MarketState = { books, clientOrders: new Map([[clientOrderKey("ada-roof", 7n), { orderId: 2, forgetAt: 87_300 }]]), undelivered: new Map([[900, [trade]]]), nextDelivery: 900, nextOrder: 3, nextTrade: 4 }
  expect(decode(marketState, encode(marketState, market)).books!.orders.size).toBe(1)
  // The orders by name are no part of the bytes.
  change(market)
  expect(() => decode(marketState, encode(marketState, market))).toThrow(new NotCanonical("a snapshot of a market: numbers of orders and trades"))
})

it("without rules it has no books, and counts from one", () => {
  expect(decode(marketState, encode(marketState, emptyMarket()))).toEqual({ books: undefined, clientOrders: new Map(), undelivered: new Map(), nextDelivery: 0, nextOrder: 1, nextTrade: 1 })
  expect(clientOrderKey("ada-roof", 7n)).toBe("7@ada-roof")
})
