import { assertLaw } from "../quantity/invariant.ts"
import * as words from "./book/event-log.ts"
import { joined } from "./book/event-log.ts"
import { bookTermsOf, type IncomingOrder } from "./incoming-order.ts"
import { lockAsTrade, unlock, type MarketContext } from "./market-context.ts"
import type { OpenOrder } from "./market-books.ts"
import type { CloseReason, Trade } from "./order.ts"

/** What the core asked the books for: what event words leave out. */
export interface Cause {
  /** The order that is placed. */
  readonly placing?: IncomingOrder
  /** The book whose gate closes. */
  readonly closing?: { readonly period: number; readonly community: string }
  /** Why what is taken off on request is taken off: "Cancelled" unless said otherwise. */
  readonly onRequest?: CloseReason
}

/** Reasons of the books by their numbers. */
const REASONS: ReadonlyArray<CloseReason> = ["Cancelled", "AtOnceOnly", "SelfTrade", "TimeOver", "GateClosed"]

/**
 * The one place where the books' event words become events of the core, holds and open orders: all that the books wrote
 * since the last time, in order.
 */
export const translate = (context: MarketContext, cause: Cause = {}): void => {
  const { log } = context.books.books
  const length = log.drained()
  const translation = new Translation(context, cause, log.words)
  for (let at = 0; at < length; at += words.EVENT_WORDS) translation.read(at)
  translation.finish()
}

class Translation {
  private readonly context: MarketContext
  private readonly cause: Cause
  private readonly words: Int32Array
  /** The order that meets others: the books say once who takes, the trades that follow name who rested. */
  private taker: OpenOrder | undefined
  private callBuyer: OpenOrder | undefined

  constructor(context: MarketContext, cause: Cause, log: Int32Array) {
    this.context = context
    this.cause = cause
    this.words = log
  }

  read(at: number): void {
    const price = this.words[at + 4]!
    const quantity = this.words[at + 5]!
    switch (this.words[at]! & 255) {
      case words.PLACED:
        return this.placed(this.orderId(at), price)
      case words.TRADED:
        return this.trade(this.taker!, this.orderAt(at), price, quantity, true)
      case words.CLOSED:
        return this.leave(this.orderAt(at), this.reason(at))
      case words.REDUCED:
        return this.reduced(this.orderAt(at), quantity, this.reason(at))
      case words.MOVED:
        return this.moved(this.orderAt(at), price)
      case words.CALLED:
        return this.context.emit({ kind: "CallHeld", ...this.cause.closing!, price, quantity: joined(quantity, this.words[at + 6]!) })
      case words.CALL_BUYER:
        this.callBuyer = this.orderAt(at)
        return
      case words.CALL_SELLER:
        return this.trade(this.callBuyer!, this.orderAt(at), price, quantity, false)
      default:
        return
    }
  }

  /** The taker was filled to its end: the books say nothing more of it. */
  finish(): void {
    if (this.taker?.remaining === 0 && this.context.books.orders.has(this.taker.orderId)) this.leave(this.taker, "Filled")
  }

  private orderId(at: number): number {
    return joined(this.words[at + 2]!, this.words[at + 3]!)
  }

  private orderAt(at: number): OpenOrder {
    const order = this.context.books.orders.get(this.orderId(at))
    assertLaw(order !== undefined, "the books speak of open orders")
    return order
  }

  private reason(at: number): CloseReason {
    const reason = (this.words[at]! >>> 8) & 255
    return reason === words.BY_OWNER ? (this.cause.onRequest ?? "Cancelled") : REASONS[reason]!
  }

  private placed(orderId: number, price: number): void {
    const { placing } = this.cause
    assertLaw(placing !== undefined, "an order was placed by somebody")
    const { period, meteringPoint, member, community, side, quantity, clientOrderId, preference, orderKind, goodTill, named } = placing
    this.taker = { orderId, period, meteringPoint, member, community, side, price, remaining: quantity, isDirected: named.length > 0, terms: bookTermsOf(placing) }
    this.context.books.enter(this.taker)
    this.context.emit({ kind: "OrderPlaced", orderId, period, meteringPoint, member, side, price, quantity, clientOrderId, preference, orderKind, goodTill, named: [...named] })
  }

  private moved(order: OpenOrder, price: number): void {
    order.price = price
    this.taker = order
    // Now it is the youngest of its member's.
    this.context.books.leave(order)
    this.context.books.enter(order)
    this.context.emit({ kind: "OrderMoved", orderId: order.orderId, price })
  }

  private reduced(order: OpenOrder, quantity: number, reason: CloseReason): void {
    unlock(this.context, order, order.price, quantity)
    order.remaining -= quantity
    this.context.emit({ kind: "OrderReduced", orderId: order.orderId, quantity, remaining: order.remaining, reason })
    if (order.remaining === 0) this.leave(order, reason)
  }

  /** An order leaves its book; what it still locked is free. */
  private leave(order: OpenOrder, reason: CloseReason): void {
    const { orderId, remaining } = order
    if (remaining > 0) unlock(this.context, order, order.price, remaining)
    this.context.books.leave(order)
    this.context.emit({ kind: "OrderClosed", orderId, remaining, reason })
  }

  /** `one` is the taker, or the buyer of a call; in the call both may be filled to their end, otherwise who rested. */
  private trade(one: OpenOrder, other: OpenOrder, price: number, quantity: number, isTaking: boolean): void {
    const [buy, sell] = one.side === "buy" ? [one, other] : [other, one]
    for (const order of [one, other]) {
      lockAsTrade(this.context, order, order.price, price, quantity)
      order.remaining -= quantity
    }
    this.record(buy, sell, price, quantity)
    if (!isTaking && one.remaining === 0) this.leave(one, "Filled")
    if (other.remaining === 0) this.leave(other, "Filled")
  }

  private record(buy: OpenOrder, sell: OpenOrder, price: number, quantity: number): void {
    const { market } = this.context
    assertLaw(buy.member !== sell.member, "nobody trades with himself")
    const trade: Trade = {
      tradeId: market.nextTrade++,
      period: sell.period,
      community: sell.community,
      buyOrder: buy.orderId,
      sellOrder: sell.orderId,
      buyPoint: buy.meteringPoint,
      sellPoint: sell.meteringPoint,
      buyer: buy.member,
      seller: sell.member,
      price,
      quantity
    }
    const trades = market.undelivered.get(trade.period)
    if (trades === undefined) market.undelivered.set(trade.period, [trade])
    else trades.push(trade)
    this.context.emit({ kind: "TradeMade", trade })
  }
}
