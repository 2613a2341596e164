import { bigInteger, bytes, choice, integer, kind, list, optional, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"

export const side = choice(["buy", "sell"])
export type Side = Infer<typeof side>

/** What an order does with the part that does not trade at once; the numbers are those of the books' terms. */
export const orderKind = choice(["limit", "market", "immediate-or-cancel", "fill-or-kill", "post-only"])
export type OrderKind = Infer<typeof orderKind>

/** What happens where an order would meet one of its own member. To trade with oneself is no choice. */
export const selfTrade = choice(["cancel-newest", "cancel-oldest", "cancel-both", "decrement"])
export type SelfTrade = Infer<typeof selfTrade>

/**
 * Why an order, or a change of one, was refused. Numbers are stable: the list only grows at its end. From "UnknownOperation"
 * to "NotFillable" they are the statuses of the books (book/status.ts), by their numbers; "MarketClosed" is the books'
 * BookClosed. "TooManyClientIds" is the core's own, like ids that clients choose.
 */
export const orderStatus = choice([
  "MarketClosed",
  "PriceOutsideBand",
  "PriceOffTick",
  "QuantityTooSmall",
  "QuantityTooLarge",
  "InsufficientCredit",
  "UnknownOperation",
  "UnknownTerms",
  "UnknownAccount",
  "UntilPast",
  "CounterpartiesWrong",
  "AmountWrong",
  "BookOpenAlready",
  "TooManyBooks",
  "OnlyLimitInCall",
  "DuplicateId",
  "UnknownOrder",
  "StaleHandle",
  "PoolFull",
  "StampsUsedUp",
  "TooManyDirected",
  "TooManyOpenOrders",
  "WouldTrade",
  "NotFillable",
  "TooManyClientIds"
])
export type OrderStatus = Infer<typeof orderStatus>

/** Why an order left the book, or lost a part. Numbers are stable: the list only grows at its end. */
export const closeReason = choice(["Filled", "GateClosed", "SelfTrade", "Cancelled", "AtOnceOnly", "TimeOver"])
export type CloseReason = Infer<typeof closeReason>

/** What a member says of an order, or a preference says for the member. */
const wish = {
  period: unsigned,
  meteringPoint: text,
  member: text,
  side,
  price: integer,
  quantity: unsigned,
  /** 64 bits, chosen by whoever sent the order; an order of a preference has none. */
  clientOrderId: optional(bigInteger)
}

/**
 * An order entered the book of a delivery period. `preference` is the hash of the signed preference that made it, empty
 * for an order that was sent. A market order shows the end of the price band. `goodTill` 0: till the gate. `named`:
 * the members who alone may meet it. (602 had another form: numbers are not reused.)
 */
export const orderPlaced = kind(607, "OrderPlaced", { orderId: unsigned, ...wish, preference: bytes, orderKind, goodTill: unsigned, named: list(text) })
/** An order was refused by name and never entered the book. (603 had another form.) */
export const orderRefused = kind(608, "OrderRefused", { ...wish, status: orderStatus })
/** An order left the book with `remaining` Wh untraded. */
export const orderClosed = kind(604, "OrderClosed", { orderId: unsigned, remaining: unsigned, reason: closeReason })
/** An order lost `quantity` Wh and kept its priority; `remaining` are open. */
export const orderReduced = kind(609, "OrderReduced", { orderId: unsigned, quantity: unsigned, remaining: unsigned, reason: closeReason })
/** An order has another price and lost its priority. */
export const orderMoved = kind(610, "OrderMoved", { orderId: unsigned, price: integer })
/** A command about an order was refused by name. */
export const orderChangeRefused = kind(611, "OrderChangeRefused", { command: text, meteringPoint: text, clientOrderId: bigInteger, status: orderStatus })
/** A book collects orders for its call and matches nothing until then. */
export const collectingBegan = kind(612, "CollectingBegan", { period: unsigned, community: text })
/** The call of a book found its price: `quantity` Wh trade at it. */
export const callHeld = kind(613, "CallHeld", { period: unsigned, community: text, price: integer, quantity: unsigned })

/** A trade between two neighbours for one delivery period, at the price of the order that rested, or of the call. */
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

/** What the market says. */
export type MarketEvent =
  | ValueOf<typeof orderPlaced>
  | ValueOf<typeof orderRefused>
  | ValueOf<typeof orderClosed>
  | ValueOf<typeof orderReduced>
  | ValueOf<typeof orderMoved>
  | ValueOf<typeof orderChangeRefused>
  | ValueOf<typeof collectingBegan>
  | ValueOf<typeof callHeld>
  | TradeMade
export type EmitMarketEvent = (event: MarketEvent) => void
