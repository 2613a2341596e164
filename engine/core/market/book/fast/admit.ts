import { MOST_NAMED } from "../rules.ts"
import { CALL_PHASE } from "../snapshot-form.ts"
import * as status from "../status.ts"
import { areTerms, FILL_OR_KILL, kindOf, LIMIT, MARKET, mayRest, policyOf, POST_ONLY } from "../terms.ts"
import { FastCore } from "./fast-core.ts"
import { isFillable } from "./fillable.ts"
import { DIRECTED_COUNT, HELD_BY_ORDERS, OPEN, PHASE } from "./layout.ts"

/** The checks of an order, in the order of the statuses. Each returns a status; `tickFor` finds the tick of a price first. */
export abstract class Admission extends FastCore {
  /** Tick and id hash that the last check found. */
  protected tick = 0
  protected hash = 0

  /** Finds the tick of a price: (price - band minimum) / price tick. */
  protected tickFor(price: number): number {
    const { minimumPrice, maximumPrice, priceTick } = this.rules
    if (!(price >= minimumPrice && price <= maximumPrice)) return status.PRICE_OUTSIDE_BAND
    const offset = price - minimumPrice
    const tick = (offset / priceTick) | 0
    if (Math.imul(tick, priceTick) !== offset) return status.PRICE_OFF_TICK
    this.tick = tick
    return status.ACCEPTED
  }

  protected checkForm(account: number, terms: number, until: number, named: ReadonlyArray<number>): number {
    if (!areTerms(terms)) return status.UNKNOWN_TERMS
    if (!this.accounts.isKnown(account)) return status.UNKNOWN_ACCOUNT
    if (until !== 0 && !(Number.isSafeInteger(until) && until > this.now)) return status.UNTIL_PAST
    if (named.length === 0) return status.ACCEPTED
    const areOwners = named.every((owner) => Number.isInteger(owner) && owner >= 0 && owner < this.rules.accounts)
    return named.length > MOST_NAMED || !areOwners ? status.COUNTERPARTIES_WRONG : status.ACCEPTED
  }

  protected isOpen(book: number): boolean {
    return (book | 0) === book && book >= 0 && book < this.rules.books && this.ladder.heads[(book << 4) + PHASE] !== 0
  }

  protected isCollecting(book: number): boolean {
    return this.ladder.heads[(book << 4) + PHASE] === CALL_PHASE
  }

  protected checkRules(book: number, terms: number, price: number, quantity: number): number {
    const { minimumQuantity, maximumQuantity } = this.rules
    if (!this.isOpen(book)) return status.BOOK_CLOSED
    const kind = kindOf(terms)
    if (kind !== LIMIT && this.isCollecting(book)) return status.ONLY_LIMIT_IN_CALL
    if (kind === MARKET) this.tick = (terms & 1) === 0 ? this.ticks - 1 : 0
    else {
      const priced = this.tickFor(price)
      if (priced !== status.ACCEPTED) return priced
    }
    if (!(quantity >= minimumQuantity && quantity === Math.floor(quantity) && quantity !== Infinity)) return status.QUANTITY_TOO_SMALL
    return quantity > maximumQuantity ? status.QUANTITY_TOO_LARGE : status.ACCEPTED
  }

  protected checkRoom(book: number, account: number, low: number, high: number, terms: number, named: ReadonlyArray<number>): number {
    if (this.ids.find(account, low, high, this.hash) !== 0) return status.DUPLICATE_ID
    if (!mayRest(terms)) return status.ACCEPTED
    if (this.pool.live >= this.pool.capacity) return status.POOL_FULL
    if (this.stamps >= 0xffff_ffff) return status.STAMPS_USED_UP
    if (named.length > 0 && this.ladder.heads[(book << 4) + DIRECTED_COUNT]! >= this.rules.maximumDirected) return status.TOO_MANY_DIRECTED
    return this.accounts.words[(account << 3) + OPEN]! >= this.rules.maximumOpen ? status.TOO_MANY_OPEN_ORDERS : status.ACCEPTED
  }

  /** Takes the hold of an order that nothing else refuses. */
  protected checkMatching(book: number, account: number, terms: number, quantity: number, named: ReadonlyArray<number>): number {
    const locked = this.rate(book, terms & 1, this.tick) * quantity
    if (locked > this.accounts.available(account)) return status.INSUFFICIENT_CREDIT
    const kind = kindOf(terms)
    if (kind === POST_ONLY && this.wouldMeet(book, terms & 1, account, named)) return status.WOULD_TRADE
    if (kind === FILL_OR_KILL && !isFillable(this, book, terms & 1, this.tick, quantity, this.ownerOf(account), policyOf(terms), named)) return status.NOT_FILLABLE
    this.accounts.money[(account << 2) + HELD_BY_ORDERS]! += locked
    return status.ACCEPTED
  }

  /** Whether an order at the tick that was found would meet one that rests. */
  protected wouldMeet(book: number, side: number, account: number, named: ReadonlyArray<number>): boolean {
    return !this.isQuiet(book, side, this.tick) && this.bestFor(book, side, this.tick, this.ownerOf(account), named) !== 0
  }
}
