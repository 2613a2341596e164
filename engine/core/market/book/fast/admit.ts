import * as rules from "../rules.ts"
import * as snapshotForm from "../snapshot-form.ts"
import * as status from "../status.ts"
import * as terms from "../terms.ts"
import { areTerms, kindOf, mayRest, policyOf } from "../terms.ts"
import { FastCore } from "./fast-core.ts"
import { isFillable } from "./fillable.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { MOST_NAMED } = rules
const { CALL_PHASE } = snapshotForm
const { FILL_OR_KILL, LIMIT, MARKET, POST_ONLY } = terms
const { DIRECTED_COUNT, HELD_BY_ORDERS, OPEN, PHASE } = layout
const { ACCEPTED, BOOK_CLOSED, COUNTERPARTIES_WRONG, DUPLICATE_ID, INSUFFICIENT_CREDIT, NOT_FILLABLE, ONLY_LIMIT_IN_CALL, POOL_FULL, PRICE_OFF_TICK, PRICE_OUTSIDE_BAND, QUANTITY_TOO_LARGE, QUANTITY_TOO_SMALL, STAMPS_USED_UP, TOO_MANY_DIRECTED, TOO_MANY_OPEN_ORDERS, UNKNOWN_ACCOUNT, UNKNOWN_TERMS, UNTIL_PAST, WOULD_TRADE } = status

/** The checks of an order, in the order of the statuses. Each returns a status; `tickFor` finds the tick of a price first. */
export abstract class Admission extends FastCore {
  /** Tick and id hash that the last check found. */
  protected tick = 0
  protected hash = 0

  /** Finds the tick of a price: (price - band minimum) / price tick. */
  protected tickFor(price: number): number {
    const { minimumPrice, maximumPrice, priceTick } = this.rules
    if (!(price >= minimumPrice && price <= maximumPrice)) return PRICE_OUTSIDE_BAND
    const offset = price - minimumPrice
    const tick = (offset / priceTick) | 0
    if (Math.imul(tick, priceTick) !== offset) return PRICE_OFF_TICK
    this.tick = tick
    return ACCEPTED
  }

  protected checkForm(account: number, terms: number, until: number, named: ReadonlyArray<number>): number {
    if (!areTerms(terms)) return UNKNOWN_TERMS
    if (!this.accounts.isKnown(account)) return UNKNOWN_ACCOUNT
    if (until !== 0 && !(Number.isSafeInteger(until) && until > this.now)) return UNTIL_PAST
    if (named.length === 0) return ACCEPTED
    const areOwners = named.every((owner) => Number.isInteger(owner) && owner >= 0 && owner < this.rules.accounts)
    return named.length > MOST_NAMED || !areOwners ? COUNTERPARTIES_WRONG : ACCEPTED
  }

  protected isOpen(book: number): boolean {
    return (book | 0) === book && book >= 0 && book < this.rules.books && this.ladder.heads[(book << 4) + PHASE] !== 0
  }

  protected isCollecting(book: number): boolean {
    return this.ladder.heads[(book << 4) + PHASE] === CALL_PHASE
  }

  protected checkRules(book: number, terms: number, price: number, quantity: number): number {
    const { minimumQuantity, maximumQuantity } = this.rules
    if (!this.isOpen(book)) return BOOK_CLOSED
    const kind = kindOf(terms)
    if (kind !== LIMIT && this.isCollecting(book)) return ONLY_LIMIT_IN_CALL
    if (kind === MARKET) this.tick = (terms & 1) === 0 ? this.ticks - 1 : 0
    else {
      const priced = this.tickFor(price)
      if (priced !== ACCEPTED) return priced
    }
    if (!(quantity >= minimumQuantity && quantity === Math.floor(quantity) && quantity !== Infinity)) return QUANTITY_TOO_SMALL
    return quantity > maximumQuantity ? QUANTITY_TOO_LARGE : ACCEPTED
  }

  protected checkRoom(book: number, account: number, low: number, high: number, terms: number, named: ReadonlyArray<number>): number {
    if (this.ids.find(account, low, high, this.hash) !== 0) return DUPLICATE_ID
    if (!mayRest(terms)) return ACCEPTED
    if (this.pool.live >= this.pool.capacity) return POOL_FULL
    if (this.stamps >= 0xffff_ffff) return STAMPS_USED_UP
    if (named.length > 0 && this.ladder.heads[(book << 4) + DIRECTED_COUNT]! >= this.rules.maximumDirected) return TOO_MANY_DIRECTED
    return this.accounts.words[(account << 3) + OPEN]! >= this.rules.maximumOpen ? TOO_MANY_OPEN_ORDERS : ACCEPTED
  }

  /** Takes the hold of an order that nothing else refuses. */
  protected checkMatching(book: number, account: number, terms: number, quantity: number, named: ReadonlyArray<number>): number {
    const locked = this.rate(book, terms & 1, this.tick) * quantity
    if (locked > this.accounts.available(account)) return INSUFFICIENT_CREDIT
    const kind = kindOf(terms)
    if (kind === POST_ONLY && this.wouldMeet(book, terms & 1, account, named)) return WOULD_TRADE
    if (kind === FILL_OR_KILL && !isFillable(this, book, terms & 1, this.tick, quantity, this.ownerOf(account), policyOf(terms), named)) return NOT_FILLABLE
    this.accounts.money[(account << 2) + HELD_BY_ORDERS]! += locked
    return ACCEPTED
  }

  /** Whether an order at the tick that was found would meet one that rests. */
  protected wouldMeet(book: number, side: number, account: number, named: ReadonlyArray<number>): boolean {
    return !this.isQuiet(book, side, this.tick) && this.bestFor(book, side, this.tick, this.ownerOf(account), named) !== 0
  }
}
