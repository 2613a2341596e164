import { assertLaw } from "../quantity/invariant.ts"
import type { Books } from "./book/books.ts"
import { FastBooks } from "./book/fast/fast-books.ts"
import { ACCEPTED } from "./book/status.ts"
import { bookRulesOf, type MarketRules } from "./market-rules.ts"
import type { Side } from "./order.ts"
import { Traders, type Trader } from "./traders.ts"

/** An order that rests in a book, as the book has it, with its names. */
export interface OpenOrder extends Trader {
  readonly orderId: number
  readonly period: number
  readonly side: Side
  /** Micro-units of currency per kWh. */
  price: number
  /** Wh not yet traded. */
  remaining: number
  readonly isDirected: boolean
  /** Packed terms, see book/terms.ts. */
  readonly terms: number
}

/**
 * The open books of an area, one for each delivery period and community, and who trades in them. `orders` repeats what
 * the books' events said, or their snapshot after a restart; it decides nothing that the books decide. To the books an
 * order's id is its number in the area, so no client's id can meet another's.
 */
export class MarketBooks {
  readonly rules: MarketRules
  readonly books: Books
  readonly traders: Traders
  readonly orders = new Map<number, OpenOrder>()
  private readonly ordersByMember = new Map<string, Map<number, OpenOrder>>()

  constructor(rules: MarketRules, books: Books = new FastBooks(bookRulesOf(rules)), traders = new Traders()) {
    this.rules = rules
    this.books = books
    this.traders = traders
  }

  /** Lets a metering point trade, if there is room for one more. */
  admit(trader: Trader): void {
    const account = this.traders.list.length
    if (account >= this.rules.tradingPoints) return
    this.traders.add(trader)
    assertLaw(this.books.setAccount(account, this.traders.ownerOf(trader.member)!, 0) === ACCEPTED, "a trader's numbers are within the books' room")
    this.books.log.drained()
  }

  /** Place of the book of a period and a community, or -1. */
  placeOf(period: number, community: string): number {
    return this.books.placeOf(this.traders.keyOf(period, community))
  }

  /** Opens the book of a period and a community; its status. */
  open(period: number, community: string): number {
    return this.books.open(this.traders.keyOf(period, community), 0)
  }

  /** Whether books of `period` collect orders for their call at market time `now`. */
  isCollecting(period: number, now: number): boolean {
    return this.rules.collectsBefore > 0 && now >= period - this.rules.collectsBefore
  }

  /** Remembers an order that came to a book, behind the member's others. */
  enter(order: OpenOrder): void {
    this.orders.set(order.orderId, order)
    const own = this.ordersByMember.get(order.member)
    if (own === undefined) this.ordersByMember.set(order.member, new Map([[order.orderId, order]]))
    else own.set(order.orderId, order)
  }

  /** Forgets an order that left its book. */
  leave({ orderId, member }: OpenOrder): void {
    this.orders.delete(orderId)
    this.ordersByMember.get(member)!.delete(orderId)
  }

  /** A member's open orders, oldest first; one that moved is as old as its last move. */
  ordersOf(member: string): ReadonlyArray<OpenOrder> {
    return [...(this.ordersByMember.get(member)?.values() ?? [])]
  }
}
