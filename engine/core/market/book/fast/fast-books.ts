import type { Books, DepthLevel } from "../books.ts"
import * as commands from "../commands.ts"
import * as events from "../event-log.ts"
import { highOf, lowOf } from "../event-log.ts"
import * as snapshotForm from "../snapshot-form.ts"
import * as status from "../status.ts"
import * as terms from "../terms.ts"
import { kindOf, mayRest } from "../terms.ts"
import { QuickPath } from "./quick-path.ts"
import { closeBook } from "./gate.ts"
import { hashOf } from "./id-table.ts"
import * as ahead from "./look-ahead.ts"
import { LookAhead } from "./look-ahead.ts"
import * as layout from "./layout.ts"
import { cancelAllOf, closeOverdue } from "./sweep-out.ts"
import { writeSnapshot } from "./write-snapshot.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { CANCEL, COMMAND_WORDS, MOVE, PLACE, REDUCE } = commands
const { CALL_PHASE, OPEN_PHASE } = snapshotForm
const { POST_ONLY } = terms
const { LOOK_AHEAD } = ahead
const { ACCOUNT_MASK, BEST_BID, HELD_BY_ORDERS, HELD_BY_TRADES, HIGH, LOW, OPEN, PHASE, QUANTITY, STAMP, TARIFF, TERMS_SHIFT, TIMED, WHO } = layout
const { ACCOUNT_SET, BOOK_CLOSED_EVENT, BOOK_OPENED, BY_OWNER, COLLECTING, GOOD_TILL, MOVED, NAMED, PLACED, REFUSED, RELEASED, TIME_MOVED } = events
const { ACCEPTED, AMOUNT_WRONG, BOOK_CLOSED, BOOK_OPEN_ALREADY, INSUFFICIENT_CREDIT, QUANTITY_TOO_SMALL, STAMPS_USED_UP, TOO_MANY_BOOKS, UNKNOWN_ACCOUNT, UNKNOWN_OPERATION, UNKNOWN_ORDER, WOULD_TRADE } = status

const NOBODY: ReadonlyArray<number> = []

/** The books in typed arrays: nothing is allocated by a command once the event log has its size. */
export class FastBooks extends QuickPath implements Books {
  /** Keys of the open books, and their places. */
  readonly keys = new Map<number, number>()

  private readonly lookAhead = new LookAhead(this.rules, this.ladder, this.ids, this.pool.words)

  private begin(): void {
    this.log.command = (this.log.command + 1) | 0
  }

  private refuse(code: number, account: number, low: number, high: number, price: number, quantity: number): number {
    this.log.write(REFUSED, 0, account, low, high, price, quantity, code)
    return code
  }

  open(key: number, tariff: number): number {
    this.begin()
    let place = 0
    while (place < this.rules.books && this.isOpen(place)) place++
    let code = ACCEPTED
    if (!Number.isSafeInteger(key) || (tariff !== 0 && this.rules.tariffs[tariff] === undefined)) code = AMOUNT_WRONG
    else if (this.keys.has(key)) code = BOOK_OPEN_ALREADY
    else if (place === this.rules.books) code = TOO_MANY_BOOKS
    if (code !== ACCEPTED) return this.refuse(code, 0, lowOf(key), highOf(key), 0, 0)
    this.openAt(place, key, tariff, OPEN_PHASE)
    this.log.write(BOOK_OPENED, place, 0, 0, 0, lowOf(key), highOf(key), tariff)
    return ACCEPTED
  }

  openAt(place: number, key: number, tariff: number, phase: number): void {
    this.keys.set(key, place)
    this.ladder.open(place, phase)
    this.ladder.heads[(place << 4) + TARIFF] = tariff
  }

  placeOf(key: number): number {
    return this.keys.get(key) ?? -1
  }

  collect(book: number): number {
    this.begin()
    if (!this.isOpen(book)) return this.refuse(BOOK_CLOSED, 0, 0, 0, 0, 0)
    this.ladder.heads[(book << 4) + PHASE] = CALL_PHASE
    this.log.write(COLLECTING, book, 0, 0, 0, 0, 0, 0)
    return ACCEPTED
  }

  close(book: number, referencePrice: number): number {
    this.begin()
    if (!this.isOpen(book)) return this.refuse(BOOK_CLOSED, 0, 0, 0, 0, 0)
    closeBook(this, book, referencePrice)
    this.ladder.heads[(book << 4) + PHASE] = 0
    for (const [key, place] of this.keys) if (place === book) this.keys.delete(key)
    this.log.write(BOOK_CLOSED_EVENT, book, 0, 0, 0, 0, 0, 0)
    return ACCEPTED
  }

  advance(time: number): number {
    this.begin()
    if (!Number.isSafeInteger(time) || time < this.now) return this.refuse(AMOUNT_WRONG, 0, 0, 0, 0, 0)
    this.now = time
    this.log.write(TIME_MOVED, 0, 0, 0, 0, 0, lowOf(time), highOf(time))
    closeOverdue(this, time)
    return ACCEPTED
  }

  setAccount(account: number, owner: number, credit: number): number {
    this.begin()
    const isNumber = (value: number) => Number.isInteger(value) && value >= 0 && value < this.rules.accounts
    if (!isNumber(account) || !isNumber(owner)) return this.refuse(UNKNOWN_ACCOUNT, account, 0, 0, 0, 0)
    if (!Number.isSafeInteger(credit)) return this.refuse(AMOUNT_WRONG, account, 0, 0, 0, 0)
    this.accounts.set(account, owner, credit)
    this.log.write(ACCOUNT_SET, 0, account, owner, 0, 0, lowOf(credit), highOf(credit))
    return ACCEPTED
  }

  release(account: number, amount: number): number {
    this.begin()
    if (!this.accounts.isKnown(account)) return this.refuse(UNKNOWN_ACCOUNT, account, 0, 0, 0, 0)
    const traded = (account << 2) + HELD_BY_TRADES
    if (!Number.isSafeInteger(amount) || amount < 0 || amount > this.accounts.money[traded]!) return this.refuse(AMOUNT_WRONG, account, 0, 0, 0, 0)
    this.accounts.money[traded]! -= amount
    this.log.write(RELEASED, 0, account, 0, 0, 0, lowOf(amount), highOf(amount))
    return ACCEPTED
  }

  held(account: number): number {
    return this.accounts.isKnown(account) ? this.accounts.held(account) : 0
  }

  openOrders(account: number): number {
    return this.accounts.open(account)
  }

  place(book: number, account: number, low: number, high: number, terms: number, price: number, quantity: number, until: number, named: ReadonlyArray<number>): number {
    return this.placeHashed(hashOf(account, low, high), book, account, low, high, terms, price, quantity, until, named)
  }

  private placeHashed(hash: number, book: number, account: number, low: number, high: number, terms: number, price: number, quantity: number, until: number, named: ReadonlyArray<number>): number {
    this.begin()
    this.hash = hash
    const code =
      this.checkForm(account, terms, until, named) ||
      this.checkRules(book, terms, price, quantity) ||
      this.checkRoom(book, account, low, high, terms, named) ||
      this.checkMatching(book, account, terms, quantity, named)
    if (code !== ACCEPTED) return this.refuse(code, account, low, high, price, quantity)
    const { tick } = this
    const shown = this.priceOf(tick)
    this.log.write(PLACED | (terms << 8), book, account, low, high, shown, quantity, 0)
    if (until !== 0) this.log.write(GOOD_TILL, book, account, low, high, shown, lowOf(until), highOf(until))
    for (let one = 0; one < named.length; one++) this.log.write(NAMED, book, account, low, high, shown, named[one]!, 0)
    const rests = mayRest(terms)
    const isCollected = this.isCollecting(book)
    const rest = isCollected || (rests && this.isQuiet(book, terms & 1, tick) && !(named.length > 0)) ? quantity : this.matchTaker(book, account, low, high, terms, tick, quantity, rests, named)
    if (rest === 0) return ACCEPTED
    const slot = this.addOrder(account, low, high, terms, until, named, hash)
    this.rest(slot, book, tick, rest)
    return ACCEPTED
  }

  /** Gives an order its slot, its id and its place in the account. */
  addOrder(account: number, low: number, high: number, terms: number, until: number, named: ReadonlyArray<number>, hash: number): number {
    const slot = this.pool.take()
    const { words } = this.pool
    const order = slot << 3
    words[order + WHO] = account | (terms << TERMS_SHIFT) | (until === 0 ? 0 : TIMED)
    words[order + LOW] = low
    words[order + HIGH] = high
    if (until !== 0) this.expiry.add(slot, until)
    if (named.length > 0) this.aside.name(slot, named)
    this.ids.insert(slot, hash)
    this.accounts.words[(account << 3) + OPEN]!++
    return slot
  }

  /** Lets an order rest with a new stamp, on the ladder or beside it. */
  private rest(slot: number, book: number, tick: number, quantity: number): void {
    const order = slot << 3
    const isPlain = !this.aside.isDirected(slot) && !this.isCollecting(book)
    if (isPlain) return this.restOnLadder(slot, book, tick, this.sideAt(order), quantity)
    this.pool.words[order + QUANTITY] = quantity
    this.pool.words[order + STAMP] = ++this.stamps | 0
    this.aside.append(slot, book, tick)
  }

  cancel(account: number, low: number, high: number): number {
    return this.cancelHashed(hashOf(account, low, high), account, low, high)
  }

  private cancelHashed(hash: number, account: number, low: number, high: number): number {
    this.begin()
    const slot = this.ids.find(account, low, high, hash)
    if (slot === 0) return this.refuse(UNKNOWN_ORDER, account, low, high, 0, 0)
    this.closeOrder(slot, BY_OWNER)
    return ACCEPTED
  }

  cancelAll(owner: number): number {
    this.begin()
    cancelAllOf(this, owner)
    return ACCEPTED
  }

  reduce(account: number, low: number, high: number, by: number): number {
    this.begin()
    const slot = this.ids.find(account, low, high, hashOf(account, low, high))
    if (slot === 0) return this.refuse(UNKNOWN_ORDER, account, low, high, 0, by)
    if (!(Number.isInteger(by) && by >= 1)) return this.refuse(QUANTITY_TOO_SMALL, account, low, high, 0, by)
    this.reduceOrder(slot, Math.min(by, this.pool.words[(slot << 3) + QUANTITY]!), BY_OWNER)
    return ACCEPTED
  }

  move(account: number, low: number, high: number, price: number): number {
    return this.moveHashed(hashOf(account, low, high), account, low, high, price)
  }

  private moveHashed(hash: number, account: number, low: number, high: number, price: number): number {
    this.begin()
    const slot = this.ids.find(account, low, high, hash)
    const code = slot === 0 ? UNKNOWN_ORDER : this.checkMove(slot, account, price)
    if (code !== ACCEPTED) return this.refuse(code, account, low, high, price, 0)
    const order = slot << 3
    const { tick } = this
    const book = this.bookAt(order)
    const quantity = this.pool.words[order + QUANTITY]!
    this.detach(slot)
    this.log.write(MOVED, book, account, low, high, price, quantity, 0)
    const terms = this.termsAt(slot)
    const isDirected = this.aside.isDirected(slot)
    const isAlone = this.isCollecting(book) || (this.isQuiet(book, terms & 1, tick) && !isDirected)
    const rest = isAlone ? quantity : this.matchTaker(book, account, low, high, terms, tick, quantity, true, isDirected ? this.aside.namedBy(slot) : NOBODY)
    if (rest > 0) this.rest(slot, book, tick, rest)
    else {
      this.leaves(slot, order)
      this.pool.give(slot)
    }
    return ACCEPTED
  }

  /** Asks whether an order may move, and takes the difference of its hold. */
  private checkMove(slot: number, account: number, price: number): number {
    const order = slot << 3
    const priced = this.tickFor(price)
    if (priced !== ACCEPTED) return priced
    if (this.stamps >= 0xffff_ffff) return STAMPS_USED_UP
    const book = this.bookAt(order)
    const side = this.sideAt(order)
    const more = (this.rate(book, side, this.tick) - this.rate(book, side, this.tickAt(order))) * this.pool.words[order + QUANTITY]!
    if (more > 0 && more > this.accounts.available(account)) return INSUFFICIENT_CREDIT
    if (kindOf(this.termsAt(slot)) === POST_ONLY && !this.isCollecting(book) && this.wouldMeet(book, side, account, this.aside.namedBy(slot))) return WOULD_TRADE
    this.accounts.money[(account << 2) + HELD_BY_ORDERS]! += more
    return ACCEPTED
  }

  run(commands: Int32Array, from: number, to: number): void {
    const { hashes } = this.lookAhead
    for (let first = from; first < to; first += LOOK_AHEAD) {
      const count = Math.min(LOOK_AHEAD, to - first)
      this.lookAhead.read(commands, first * COMMAND_WORDS, count)
      for (let index = 0; index < count; index++) this.runOne(commands, (first + index) * COMMAND_WORDS, hashes[index]!)
    }
  }

  private runOne(commands: Int32Array, at: number, hash: number): void {
    const head = commands[at]!
    const account = commands[at + 1]!
    const low = commands[at + 2]!
    const high = commands[at + 3]!
    const operation = head & 255
    if (operation === PLACE) {
      const price = commands[at + 4]!
      const quantity = commands[at + 5]!
      const until = commands[at + 6]! >>> 0
      if (until !== 0 || !this.placeQuietly(hash, head, account, low, high, price, quantity)) this.placeHashed(hash, head >>> 16, account, low, high, (head >>> 8) & 255, price, quantity, until, NOBODY)
    } else if (operation === CANCEL) {
      if (!this.cancelQuietly(hash, account, low, high)) this.cancelHashed(hash, account, low, high)
    } else if (operation === MOVE) {
      if (!this.moveQuietly(hash, account, low, high, commands[at + 4]!)) this.moveHashed(hash, account, low, high, commands[at + 4]!)
    } else if (operation === REDUCE) this.reduce(account, low, high, commands[at + 5]!)
    else {
      this.begin()
      this.refuse(UNKNOWN_OPERATION, account, low, high, commands[at + 4]!, commands[at + 5]!)
    }
  }

  depth(book: number, side: number, levels: number): Array<DepthLevel> {
    const seen: Array<DepthLevel> = []
    if (!this.isOpen(book)) return seen
    const { ladder } = this
    let tick = ladder.heads[(book << 4) + BEST_BID + side]!
    while (seen.length < levels && tick >= 0 && tick < ladder.stride) {
      seen.push({ price: this.priceOf(tick), quantity: ladder.sums[(((book << ladder.shift) | tick) << 1) + 1]! })
      tick = side === 0 ? ladder.below(book, tick) : ladder.above(book, tick)
    }
    return seen
  }

  best(book: number, side: number): number | undefined {
    if (!this.isOpen(book)) return undefined
    const tick = this.ladder.heads[(book << 4) + BEST_BID + side]!
    return tick >= 0 && tick < this.ladder.stride ? this.priceOf(tick) : undefined
  }

  snapshot(): Uint8Array {
    return writeSnapshot(this)
  }

  /** Account of a resting order. */
  accountAt(slot: number): number {
    return this.pool.words[(slot << 3) + WHO]! & ACCOUNT_MASK
  }
}
