import { NotCanonical } from "../quantity/canonical-reader.ts"
import { joined } from "./book/event-log.ts"
import { MOST_NAMED } from "./book/rules.ts"
import { CALL_PHASE, OPEN_PHASE } from "./book/phases.ts"
import type { OrderReceiver } from "./book/snapshot-form.ts"
import { areTerms, mayRest, SELL, sideOf } from "./book/terms.ts"
import type { OpenOrder } from "./market-books.ts"
import type { MarketRules } from "./market-rules.ts"
import type { Traders } from "./traders.ts"

/** Throws NotCanonical where a snapshot of books says what no books say. */
export const insist = (holds: boolean, what: string): void => {
  if (!holds) throw new NotCanonical(`a snapshot of books: ${what}`)
}

/** Reads a snapshot before the fast books do, for their arrays take any number for a place; gathers its orders by name. */
export class SnapshotCheck implements OrderReceiver {
  readonly orders: Array<OpenOrder> = []
  private readonly rules: MarketRules
  private readonly traders: Traders
  private readonly places = new Map<number, { readonly period: number; readonly community: string }>()
  private readonly ids = new Set<number>()
  private accounts = 0
  /** List and price of the order before, and the best bid of the book. */
  private list = -1
  private price = 0
  private bestBid = -Infinity

  constructor(rules: MarketRules, traders: Traders) {
    this.rules = rules
    this.traders = traders
  }

  account(account: number, owner: number, credit: number, held: number): void {
    const trader = this.traders.list[account]
    insist(account === this.accounts++ && trader !== undefined && this.traders.memberOf(owner) === trader.member && credit === 0 && held === 0, "accounts")
  }

  book(place: number, key: number, tariff: number, phase: number): void {
    const { period, community } = this.traders.nameOf(key)
    insist(place >= 0 && place < this.rules.books && !this.places.has(place) && community !== undefined && tariff === 0 && (phase === OPEN_PHASE || phase === CALL_PHASE), "books")
    this.places.set(place, { period, community: community! })
    this.list = -1
    this.bestBid = -Infinity
  }

  order(book: number, list: number, account: number, low: number, high: number, terms: number, price: number, quantity: number, _stamp: number, until: number, named: ReadonlyArray<number>): void {
    const orderId = joined(low, high)
    const trader = this.traders.list[account]
    const { minimumPrice, maximumPrice, priceTick, maximumQuantity, restingOrders } = this.rules
    insist(orderId > 0 && Number.isSafeInteger(orderId) && !this.ids.has(orderId) && this.ids.size < restingOrders && trader !== undefined, "ids")
    insist(areTerms(terms) && mayRest(terms) && until >= 0, "terms")
    insist(price >= minimumPrice && price <= maximumPrice && (price - minimumPrice) % priceTick === 0 && quantity > 0 && quantity <= maximumQuantity, "prices and quantities")
    insist(named.length <= MOST_NAMED && named.every((owner) => this.traders.memberOf(owner) !== undefined), "counterparties")
    if (list < 2) this.onLadder(list, price, terms, named.length)
    this.ids.add(orderId)
    this.orders.push({ orderId, ...this.places.get(book)!, ...trader!, side: sideOf(terms) === SELL ? "sell" : "buy", price, remaining: quantity, isDirected: named.length > 0, terms })
  }

  /** Best price first on each side, and no bid reaches an ask. */
  private onLadder(list: number, price: number, terms: number, named: number): void {
    insist(sideOf(terms) === list && named === 0, "sides")
    const isFirst = list !== this.list
    if (list === 0 && isFirst) this.bestBid = price
    insist(list === 0 ? isFirst || price <= this.price : price > this.bestBid && (isFirst || price >= this.price), "price order")
    this.list = list
    this.price = price
  }

  done(): void {
    insist(this.accounts === this.traders.list.length, "accounts")
  }
}
