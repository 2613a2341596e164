import { bytes, choice, integer, kind, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"

export const side = choice(["buy", "sell"])
export type Side = Infer<typeof side>

/** Why an order was refused. Numbers are stable: the list only grows at its end. */
export const orderStatus = choice([
  "MarketClosed",
  "PriceOutsideBand",
  "PriceOffTick",
  "QuantityTooSmall",
  "QuantityTooLarge",
  "InsufficientCredit"
])
export type OrderStatus = Infer<typeof orderStatus>

/** Why an order left the book. */
export const closeReason = choice(["Filled", "GateClosed", "SelfTrade"])
export type CloseReason = Infer<typeof closeReason>

/** An order that rests in a book. */
export const restingOrder = struct({
  orderId: unsigned,
  meteringPoint: text,
  member: text,
  community: text,
  side,
  /** Micro-units of currency per kWh. */
  price: integer,
  /** Wh not yet traded. */
  remaining: unsigned
})
export type RestingOrder = Infer<typeof restingOrder>

/** An order entered the book of a delivery period. `preference` is the hash of the signed preference that made it. */
export const orderPlaced = kind(602, "OrderPlaced", {
  orderId: unsigned,
  period: unsigned,
  meteringPoint: text,
  member: text,
  side,
  price: integer,
  quantity: unsigned,
  preference: bytes
})
/** An order was refused by name and never entered the book. */
export const orderRefused = kind(603, "OrderRefused", {
  period: unsigned,
  meteringPoint: text,
  member: text,
  side,
  price: integer,
  quantity: unsigned,
  status: orderStatus
})
/** An order left the book with `remaining` Wh untraded. */
export const orderClosed = kind(604, "OrderClosed", { orderId: unsigned, remaining: unsigned, reason: closeReason })

/** A trade between two neighbours for one delivery period, at the price of the order that rested. */
export const trade = struct({
  tradeId: unsigned,
  period: unsigned,
  community: text,
  buyOrder: unsigned,
  sellOrder: unsigned,
  buyPoint: text,
  sellPoint: text,
  buyer: text,
  seller: text,
  price: integer,
  quantity: unsigned
})
export type Trade = Infer<typeof trade>

/** Two orders met. */
export const tradeMade = kind(605, "TradeMade", { trade })
export type TradeMade = ValueOf<typeof tradeMade>
