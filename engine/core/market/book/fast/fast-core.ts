import * as events from "../event-log.ts"
import { EventLog } from "../event-log.ts"
import type { BookRules } from "../rules.ts"
import { assertRules } from "../rules.ts"
import * as terms from "../terms.ts"
import { policyOf } from "../terms.ts"
import { HoldRates } from "./account-table.ts"
import { AsideOrders } from "./aside.ts"
import { ExpiryHeap } from "./expiry-heap.ts"
import { hashOf, IdTable } from "./id-table.ts"
import * as layout from "./layout.ts"
import { Matching } from "./matching.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { AT_ONCE_ONLY, CLOSED, REDUCED, SELF_TRADE, TRADED } = events
const { CANCEL_BOTH, CANCEL_NEWEST, CANCEL_OLDEST, DECREMENT } = terms
const { ACCOUNT_MASK, ASIDE, ASIDE_HEAD, BEST_BID, DIRECTED_COUNT, HELD_BY_ORDERS, HELD_BY_TRADES, HIGH, LEVEL, LOW, OPEN, OWNER, QUANTITY, STAMP, TARIFF, TERMS_MASK, TERMS_SHIFT, TIMED, WHO } = layout

/** Matching with what an order book of members needs around it: ids, credit, owners, times, events. */
export class FastCore extends Matching {
  readonly log = new EventLog()
  readonly ids: IdTable
  readonly aside: AsideOrders
  readonly expiry: ExpiryHeap
  readonly rates: HoldRates
  now = 0
  /** The order that is being matched. */
  private takerAccount = 0
  private takerLow = 0
  private takerHigh = 0
  private takerPrice = 0
  private takerBook = 0
  private takerSide = 0
  private takerTariff = 0
  private takerRate = 0

  constructor(rules: BookRules) {
    assertRules(rules)
    super(rules)
    this.ids = new IdTable(rules.orders, this.pool.words)
    this.aside = new AsideOrders(this.pool.words, this.ladder, rules.orders)
    this.expiry = new ExpiryHeap(rules.orders)
    this.rates = new HoldRates(rules.tariffs)
  }

  priceOf(tick: number): number {
    return this.rules.minimumPrice + Math.imul(tick, this.rules.priceTick)
  }

  ownerOf(account: number): number {
    return this.accounts.words[(account << 3) + OWNER]!
  }

  ownerAt(slot: number): number {
    return this.ownerOf(this.pool.words[(slot << 3) + WHO]! & ACCOUNT_MASK)
  }

  /** Hold per Wh of an order of `side` at `tick`. */
  rate(book: number, side: number, tick: number): number {
    return this.rates.at(this.ladder.heads[(book << 4) + TARIFF]!, side, this.priceOf(tick))
  }

  /** Writes an event about a resting order, at its own price. */
  write(kind: number, order: number, quantity: number, rest: number): void {
    this.writeAt(kind, order, this.priceOf(this.tickAt(order)), quantity, rest)
  }

  writeAt(kind: number, order: number, price: number, quantity: number, rest: number): void {
    const { words } = this.pool
    this.log.write(kind, this.bookAt(order), words[order + WHO]! & ACCOUNT_MASK, words[order + LOW]!, words[order + HIGH]!, price, quantity, rest)
  }

  tickOf(slot: number): number {
    return this.tickAt(slot << 3)
  }

  protected override traded(order: number, quantity: number, tick: number, left: number): void {
    const { words } = this.pool
    const { money } = this.accounts
    const account = words[order + WHO]! & ACCOUNT_MASK
    const maker = account << 2
    const taker = this.takerAccount << 2
    const price = this.priceOf(tick)
    const made = this.rates.at(this.takerTariff, 1 - this.takerSide, price) * quantity
    money[maker + HELD_BY_ORDERS]! -= made
    money[maker + HELD_BY_TRADES]! += made
    money[taker + HELD_BY_ORDERS]! -= this.takerRate * quantity
    money[taker + HELD_BY_TRADES]! += this.rates.at(this.takerTariff, this.takerSide, price) * quantity
    this.log.write(TRADED, this.takerBook, account, words[order + LOW]!, words[order + HIGH]!, price, quantity, left)
  }

  protected override leaves(slot: number, order: number): void {
    const { words } = this.pool
    const who = words[order + WHO]!
    const account = who & ACCOUNT_MASK
    this.ids.remove(slot, hashOf(account, words[order + LOW]!, words[order + HIGH]!))
    this.accounts.words[(account << 3) + OPEN]!--
    if ((who & TIMED) !== 0) this.expiry.remove(slot)
  }

  protected override meetsOwn(slot: number, rest: number, policy: number): number {
    if (policy === DECREMENT) return this.decrement(slot, rest)
    if (policy === CANCEL_OLDEST || policy === CANCEL_BOTH) this.closeOrder(slot, SELF_TRADE)
    if (policy === CANCEL_NEWEST || policy === CANCEL_BOTH) this.withdrawn = true
    return rest
  }

  private decrement(slot: number, rest: number): number {
    const order = slot << 3
    const quantity = Math.min(rest, this.pool.words[order + QUANTITY]!)
    this.reduceOrder(slot, quantity, SELF_TRADE)
    this.accounts.money[(this.takerAccount << 2) + HELD_BY_ORDERS]! -= this.takerRate * quantity
    this.log.write(REDUCED | (SELF_TRADE << 8), this.takerBook, this.takerAccount, this.takerLow, this.takerHigh, this.takerPrice, quantity, rest - quantity)
    return rest - quantity
  }

  /** Takes an order off its list. */
  detach(slot: number): void {
    if ((this.pool.words[(slot << 3) + WHO]! & ASIDE) !== 0) this.aside.unlink(slot)
    else this.ladder.unlink(slot, this.sideAt(slot << 3))
  }

  /** Takes an order out of the book for good. */
  drop(slot: number): void {
    this.detach(slot)
    this.leaves(slot, slot << 3)
    this.pool.give(slot)
  }

  /** Frees what `quantity` Wh of a resting order lock. */
  private unlock(order: number, quantity: number): void {
    const who = this.pool.words[order + WHO]!
    this.accounts.money[((who & ACCOUNT_MASK) << 2) + HELD_BY_ORDERS]! -= this.rate(this.bookAt(order), (who >>> TERMS_SHIFT) & 1, this.tickAt(order)) * quantity
  }

  closeOrder(slot: number, reason: number): void {
    const order = slot << 3
    const open = this.pool.words[order + QUANTITY]!
    this.write(CLOSED | (reason << 8), order, open, 0)
    this.unlock(order, open)
    this.drop(slot)
  }

  /** Takes `by` Wh, no more than are open, off a resting order. */
  reduceOrder(slot: number, by: number, reason: number): void {
    const order = slot << 3
    const { words } = this.pool
    const left = words[order + QUANTITY]! - by
    this.unlock(order, by)
    this.write(REDUCED | (reason << 8), order, by, left)
    this.shrink(slot, left)
  }

  /** `left` Wh of a resting order remain; at 0 it is gone. */
  shrink(slot: number, left: number): void {
    const order = slot << 3
    const { words } = this.pool
    if ((words[order + WHO]! & ASIDE) === 0) this.ladder.sums[(words[order + LEVEL]! << 1) + 1]! -= words[order + QUANTITY]! - left
    words[order + QUANTITY] = left
    if (left === 0) this.drop(slot)
  }

  /** Whether an order meets nobody: nothing on the ladder within its price, nothing aside. */
  protected isQuiet(book: number, side: number, tick: number): boolean {
    const { heads } = this.ladder
    const head = book << 4
    const opposite = heads[head + BEST_BID + 1 - side]!
    return (side === 0 ? opposite > tick : opposite < tick) && heads[head + DIRECTED_COUNT] === 0
  }

  /** Remembers the order that is being matched. Its hold is taken. */
  private setTaker(book: number, account: number, low: number, high: number, side: number, tick: number): void {
    this.takerBook = book
    this.takerAccount = account
    this.takerLow = low
    this.takerHigh = high
    this.takerPrice = this.priceOf(tick)
    this.takerSide = side
    this.takerTariff = this.ladder.heads[(book << 4) + TARIFF]!
    this.takerRate = this.rates.at(this.takerTariff, side, this.takerPrice)
    this.withdrawn = false
  }

  /**
   * Matches an order and closes what may not rest. Returns the Wh that are to rest. `slot` holds a moved order, whose
   * place is kept; 0 for a new one.
   */
  protected matchTaker(book: number, account: number, low: number, high: number, terms: number, tick: number, quantity: number, rests: boolean, named: ReadonlyArray<number>): number {
    this.setTaker(book, account, low, high, terms & 1, tick)
    const owner = this.ownerOf(account)
    const isPlain = named.length === 0 && this.ladder.heads[(book << 4) + DIRECTED_COUNT] === 0
    const rest = isPlain
      ? this.matchLadder(book, terms & 1, tick, quantity, owner, policyOf(terms))
      : this.matchDirected(book, terms & 1, tick, quantity, owner, policyOf(terms), named)
    if (rest === 0 || (rests && !this.withdrawn)) return rest
    this.log.write(CLOSED | ((this.withdrawn ? SELF_TRADE : AT_ONCE_ONLY) << 8), book, account, low, high, this.takerPrice, rest, 0)
    this.accounts.money[(account << 2) + HELD_BY_ORDERS]! -= this.takerRate * rest
    return 0
  }

  /** As matchLadder, where directed orders are about: looks for the best order that both may meet, again for each match. */
  private matchDirected(book: number, side: number, limit: number, quantity: number, owner: number, policy: number, named: ReadonlyArray<number>): number {
    let rest = quantity
    while (rest > 0 && !this.withdrawn) {
      const slot = this.bestFor(book, side, limit, owner, named)
      if (slot === 0) break
      if (this.ownerAt(slot) === owner && policy !== 0) {
        rest = this.meetsOwn(slot, rest, policy)
        continue
      }
      const order = slot << 3
      const open = this.pool.words[order + QUANTITY]!
      const filled = Math.min(rest, open)
      rest -= filled
      this.traded(order, filled, this.tickAt(order), open - filled)
      this.shrink(slot, open - filled)
    }
    return rest
  }

  /** The resting order that an incoming one may meet first, or 0. */
  bestFor(book: number, side: number, limit: number, owner: number, named: ReadonlyArray<number>): number {
    const onLadder = this.bestOnLadder(book, side, limit, named)
    let best = onLadder
    for (let slot = this.aside.first(book); slot !== 0; slot = this.pool.words[slot << 3]!) {
      const order = slot << 3
      const tick = this.tickAt(order)
      if (this.sideAt(order) === side || (side === 0 ? tick > limit : tick < limit)) continue
      if (!this.aside.mayMeet(slot, owner - 1) || !this.isNamed(slot, named)) continue
      if (best === 0 || this.comesBefore(slot, best)) best = slot
    }
    return best
  }

  private isNamed(slot: number, named: ReadonlyArray<number>): boolean {
    return named.length === 0 || named.includes(this.ownerAt(slot) - 1)
  }

  private bestOnLadder(book: number, side: number, limit: number, named: ReadonlyArray<number>): number {
    const { ladder } = this
    let tick = ladder.heads[(book << 4) + BEST_BID + 1 - side]!
    while (side === 0 ? tick <= limit : tick >= limit && tick >= 0) {
      for (let slot = ladder.cells[((book << ladder.shift) | tick) << 2]!; slot !== 0; slot = this.pool.words[slot << 3]!) if (this.isNamed(slot, named)) return slot
      tick = side === 0 ? ladder.above(book, tick) : ladder.below(book, tick)
    }
    return 0
  }

  /** Price-time order of two orders of one side. */
  comesBefore(left: number, right: number): boolean {
    const leftTick = this.tickAt(left << 3)
    const rightTick = this.tickAt(right << 3)
    if (leftTick !== rightTick) return this.sideAt(left << 3) === 0 ? leftTick > rightTick : leftTick < rightTick
    return this.pool.words[(left << 3) + STAMP]! >>> 0 < this.pool.words[(right << 3) + STAMP]! >>> 0
  }

  termsAt(slot: number): number {
    return (this.pool.words[(slot << 3) + WHO]! >>> TERMS_SHIFT) & TERMS_MASK
  }

  hasAside(book: number): boolean {
    return this.ladder.heads[(book << 4) + ASIDE_HEAD] !== 0
  }
}
