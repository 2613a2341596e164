import { expect, it } from "vitest"
import { decode, encode, union } from "../quantity/codec.ts"
import { callHeld, collectingBegan, orderChangeRefused, orderClosed, orderMoved, orderPlaced, orderReduced, orderRefused, tradeMade, type MarketEvent } from "./order.ts"

const events = union([orderPlaced, orderRefused, orderClosed, orderReduced, orderMoved, orderChangeRefused, collectingBegan, callHeld, tradeMade])
const wish = { period: 900, meteringPoint: "ada-roof", member: "ada", side: "sell", price: -5, quantity: 7, clientOrderId: 8n } as const

it.each<MarketEvent>([
  { kind: "OrderPlaced", orderId: 1, ...wish, preference: Uint8Array.of(9), orderKind: "limit", goodTill: 800, named: ["ben"] },
  { kind: "OrderRefused", ...wish, clientOrderId: undefined, status: "DuplicateId" },
  { kind: "OrderClosed", orderId: 1, remaining: 2, reason: "TimeOver" },
  { kind: "OrderReduced", orderId: 1, quantity: 2, remaining: 3, reason: "SelfTrade" },
  { kind: "OrderMoved", orderId: 1, price: -2 },
  { kind: "OrderChangeRefused", command: "MoveOrder", meteringPoint: "ada-roof", clientOrderId: 8n, status: "WouldTrade" },
  { kind: "CollectingBegan", period: 900, community: "sun" },
  { kind: "CallHeld", period: 900, community: "sun", price: -2, quantity: 3 },
  { kind: "TradeMade", trade: { tradeId: 1, period: 900, community: "sun", buyOrder: 2, sellOrder: 3, buyPoint: "ben-home", sellPoint: "ada-roof", buyer: "ben", seller: "ada", price: -4, quantity: 5 } }
])("$kind comes back from its bytes with all that it says", (event) => {
  expect(decode(events, encode(events, event))).toEqual(event)
})
