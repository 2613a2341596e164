import type { OrderStatus } from "../../../engine/core/market/order.ts"

/** What a refusal means, and what to do about it. */
export interface Refusal {
  readonly cause: string
  readonly mend: string
}
const refusal = (cause: string, mend: string): Refusal => ({ cause, mend })
const OUT_OF_REACH = refusal("no client can cause this", "report it with the record's number")

/** Every refusal of an order or of a change, in the words of a member; docs/guides/orders.md has the same table. */
export const REFUSALS: Readonly<Record<OrderStatus, Refusal>> = {
  MarketClosed: refusal("the delivery period has no open book: it has begun, is too far ahead, does not start on a quarter hour, or the market has not begun", "name a period that is open (/api/periods/<start>/book)"),
  PriceOutsideBand: refusal("the price lies outside the market's band", "take a price within market.minimumPrice and market.maximumPrice of the world, in micro-units per kWh"),
  PriceOffTick: refusal("the price is no multiple of the market's tick", "round it to market.priceTick of the world"),
  QuantityTooSmall: refusal("fewer Wh than an order of this market may have", "order more; taken off an order, it is at least 1 Wh"),
  QuantityTooLarge: refusal("more Wh than an order of this market may have", "make several orders of it"),
  InsufficientCredit: refusal("the credit does not cover what the order may cost and the imbalance it may cause", "order less or at a better price, cancel another order, or pay in"),
  UnknownOperation: OUT_OF_REACH,
  UnknownTerms: OUT_OF_REACH,
  UnknownAccount: refusal("the market has no room for this metering point", "ask the operator: market.tradingPoints is used up"),
  UntilPast: refusal("the order is good till a time that is over", "name a later market time, or 0 for the gate"),
  CounterpartiesWrong: refusal("one of the members who alone may meet the order is unknown, of another community, yourself, without a point that trades, or named twice; or there are more than eight", "name up to eight members of your community that trade"),
  AmountWrong: OUT_OF_REACH,
  BookOpenAlready: OUT_OF_REACH,
  TooManyBooks: refusal("as many books are open as the market has room for", "wait until a gate closes, or ask the operator for more room (market.books)"),
  OnlyLimitInCall: refusal("the book collects for its call, where only limit orders are taken", "send a limit order, or one for a later period"),
  DuplicateId: refusal("the metering point has used this client order id, and it is remembered until a day after its gate", "take another number"),
  UnknownOrder: refusal("no order of this id is open at the metering point: it was filled, left its book, or never was", "see /api/orders/<orderId>"),
  StaleHandle: OUT_OF_REACH,
  PoolFull: refusal("as many orders rest as the market has room for", "send it again later, or ask the operator for more room (market.restingOrders)"),
  StampsUsedUp: refusal("the market has given all of its 4,294,967,295 places in time", "tell the operator: only a new area counts from the beginning"),
  TooManyDirected: refusal("the book has no room for another directed order, or you have your quarter of it", "let everybody meet the order, or cancel another directed one"),
  TooManyOpenOrders: refusal("as many orders of the metering point are open as the market allows", "cancel one first"),
  WouldTrade: refusal("a post-only order would meet another at once", "take a price that meets nobody, or another kind"),
  NotFillable: refusal("a fill-or-kill order would not be filled at once and whole", "order less, at a better price, or of another kind"),
  TooManyClientIds: refusal("5,000 client order ids of the metering point are remembered", "wait until a day after their gates")
}
