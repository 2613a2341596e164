import { expect, it } from "vitest"
import { openRules } from "../../../property-tests/arbitraries/world.ts"
import { decode, encode } from "../quantity/codec.ts"
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

it("without rules it has no books, and counts from one", () => {
  expect(decode(marketState, encode(marketState, emptyMarket()))).toEqual({ books: undefined, clientOrders: new Map(), undelivered: new Map(), nextDelivery: 0, nextOrder: 1, nextTrade: 1 })
  expect(clientOrderKey("ada-roof", 7n)).toBe("7@ada-roof")
})
