import { isPeriodStart } from "../calendar/period.ts"
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

/** An order that the snapshot holds, and its stamp. */
interface Stamped {
  readonly stamp: number
  readonly order: OpenOrder
}

/** What a member's orders set aside for one book's call reach to. */
interface Reach {
  bid: number
  ask: number
}

/** Says of a snapshot whether a market can have come to it, and gathers its orders by name. */
export class SnapshotCheck implements OrderReceiver {
  private readonly stamped: Array<Stamped> = []
  private readonly rules: MarketRules
  private readonly traders: Traders
  private readonly places = new Map<number, { readonly period: number; readonly community: string }>()
  private readonly reaches = new Map<string, Reach>()
  private isCollecting = false
  private readonly ids = new Set<number>()
  private accounts = 0
  /** List, price and stamp of the order before, and the best bid of the book. */
  private list = -1
  private price = 0
  private stamp = 0
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
    insist(isPeriodStart(period) && period > 0, "periods")
    this.places.set(place, { period, community: community! })
    this.isCollecting = phase === CALL_PHASE
    this.list = -1
    this.bestBid = -Infinity
  }

  order(book: number, list: number, account: number, low: number, high: number, terms: number, price: number, quantity: number, stamp: number, until: number, named: ReadonlyArray<number>): void {
    const orderId = joined(low, high)
    const trader = this.traders.list[account]
    const { minimumPrice, maximumPrice, priceTick, maximumQuantity, restingOrders } = this.rules
    const name = this.places.get(book)!
    insist(orderId > 0 && Number.isSafeInteger(orderId) && !this.ids.has(orderId) && this.ids.size < restingOrders && trader !== undefined && trader.community === name.community, "ids")
    insist(areTerms(terms) && mayRest(terms) && until >= 0, "terms")
    insist(price >= minimumPrice && price <= maximumPrice && (price - minimumPrice) % priceTick === 0 && quantity > 0 && quantity <= maximumQuantity, "prices and quantities")
    insist(named.length <= MOST_NAMED && named.every((owner) => this.traders.memberOf(owner) !== undefined), "counterparties")
    const order: OpenOrder = { orderId, ...name, ...trader!, side: sideOf(terms) === SELL ? "sell" : "buy", price, remaining: quantity, isDirected: named.length > 0, terms }
    this.inTime(list, price, stamp >>> 0)
    if (list < 2) this.onLadder(list, price, terms, named.length)
    else if (!order.isDirected) this.inCall(book, order)
    this.list = list
    this.price = price
    this.ids.add(orderId)
    this.stamped.push({ stamp: stamp >>> 0, order })
  }

  /** Of one price, and of those set aside, an order comes before the next in time. */
  private inTime(list: number, price: number, stamp: number): void {
    const isBehind = list === this.list && (list === 2 || price === this.price)
    insist(stamp > (isBehind ? this.stamp : 0), "time order")
    this.stamp = stamp
  }

  /** Only a book that collects sets aside what everybody may take, and nobody's orders cross there. */
  private inCall(book: number, { member, side, price }: OpenOrder): void {
    const name = `${book} ${member}`
    const { bid, ask } = this.reaches.get(name) ?? { bid: -Infinity, ask: Infinity }
    const reach: Reach = side === "buy" ? { bid: Math.max(bid, price), ask } : { bid, ask: Math.min(ask, price) }
    insist(this.isCollecting && reach.bid < reach.ask, "orders of the call")
    this.reaches.set(name, reach)
  }

  /** Best price first on each side, and no bid reaches an ask. */
  private onLadder(list: number, price: number, terms: number, named: number): void {
    insist(sideOf(terms) === list && named === 0, "sides")
    const isFirst = list !== this.list
    if (list === 0 && isFirst) this.bestBid = price
    insist(list === 0 ? isFirst || price <= this.price : price > this.bestBid && (isFirst || price >= this.price), "price order")
  }

  done(stamps: number, now: number): void {
    insist(this.accounts === this.traders.list.length, "accounts")
    insist(this.stamped.every(({ stamp }) => stamp <= stamps) && new Set(this.stamped.map(({ stamp }) => stamp)).size === this.stamped.length, "stamps")
    insist(Number.isSafeInteger(now) && now >= 0, "market time")
  }

  /** The orders in the order in which they came to their books. */
  get orders(): Array<OpenOrder> {
    return this.stamped.toSorted((left, right) => left.stamp - right.stamp).map(({ order }) => order)
  }
}
