import type { Books, DepthLevel } from "../books.ts"
import { COMMAND_WORDS } from "../commands.ts"
import * as events from "../event-log.ts"
import { highOf, lowOf } from "../event-log.ts"
import { CALL_PHASE, OPEN_PHASE } from "../phases.ts"
import { MOST_NAMED, type BookRules } from "../rules.ts"
import * as status from "../status.ts"
import { ExpiryHeap } from "./expiry-heap.ts"
import { isFillable } from "./fillable.ts"
import { FlatLog } from "./flat-log.ts"
import { FlatMemory, isBelow, whole } from "./flat-memory.ts"
import { closeBook } from "./gate.ts"
import * as layout from "./layout.ts"
import { cancelAllOf, closeOverdue } from "./sweep-out.ts"
import { writeSnapshot } from "./write-snapshot.ts"

const { BATCH, COMMAND, CREDIT, DIRECTED, HEADS, HELD_BY_ORDERS, HELD_BY_TRADES, MOST_BATCHED, NAMES, NOW, OPEN, OWNER, PHASE, STAMP, SUM, TARIFF, WHO } = layout
const { ACCOUNT_SET, BOOK_CLOSED_EVENT, BOOK_OPENED, COLLECTING, REFUSED, RELEASED, TIME_MOVED } = events
const { ACCEPTED, AMOUNT_WRONG, BOOK_CLOSED, BOOK_OPEN_ALREADY, TOO_MANY_BOOKS, UNKNOWN_ACCOUNT } = status

/** So many commands are copied word by word. */
const FEW = 8

/**
 * The books in one flat memory. What happens to single orders is WebAssembly (assembly/); what is rare is here: books that
 * open and close, the call, time, snapshots. No command by a batch allocates, but for a fill-or-kill order that meets
 * directed ones (fillable.ts); gates, time and "cancel all" make a list of what leaves.
 */
export class FastBooks extends FlatMemory implements Books {
  readonly log: FlatLog
  readonly expiry: ExpiryHeap
  /** Keys of the open books, and their places. */
  readonly keys = new Map<number, number>()

  constructor(rules: BookRules) {
    super(rules, {
      spill: () => this.log.spill(),
      timed: (order, until) => this.expiry.add(order, until),
      untimed: (order) => this.expiry.remove(order),
      isFillable: (book, side, limit, quantity, owner, policy) => isFillable(this, book, side, limit, quantity, owner, policy)
    })
    this.log = new FlatLog(this.words, this.assembly)
    const times = this.places.times / 8
    this.expiry = new ExpiryHeap(this.doubles.subarray(times, times + rules.orders + 1), this.places.orders)
  }

  private begin(): void {
    this.put(COMMAND, this.at(COMMAND) + 1)
  }

  write(kind: number, book: number, account: number, low: number, high: number, price: number, quantity: number, rest: number): void {
    this.assembly.write(kind | (book << 16), account, low, high, price, quantity, rest)
  }

  /** Writes a refusal; passes on what is none. */
  private told(code: number, account: number, low: number, high: number, price: number, quantity: number): number {
    if (code !== ACCEPTED) this.assembly.write(REFUSED, account, low, high, price, quantity, code)
    return code
  }

  /** Whether there is a book at a place, open or collecting. */
  isOpen(book: number): boolean {
    return isBelow(book, this.rules.books) && this.at(HEADS + book * 64 + PHASE) !== 0
  }

  open(key: number, tariff: number): number {
    this.begin()
    let place = 0
    while (this.isOpen(place)) place++
    let code = ACCEPTED
    if (!Number.isSafeInteger(key) || (tariff !== 0 && this.rules.tariffs[tariff] === undefined)) code = AMOUNT_WRONG
    else if (this.keys.has(key)) code = BOOK_OPEN_ALREADY
    else if (place === this.rules.books) code = TOO_MANY_BOOKS
    if (code !== ACCEPTED) return this.told(code, 0, lowOf(key), highOf(key), 0, 0)
    this.openAt(place, key, tariff, OPEN_PHASE)
    this.write(BOOK_OPENED, place, 0, 0, 0, lowOf(key), highOf(key), tariff)
    return ACCEPTED
  }

  openAt(place: number, key: number, tariff: number, phase: number): void {
    this.keys.set(key, place)
    this.openHead(place, phase)
    this.put(HEADS + place * 64 + TARIFF, tariff * 16)
  }

  placeOf(key: number): number {
    return this.keys.get(key) ?? -1
  }

  collect(book: number): number {
    this.begin()
    if (!this.isOpen(book)) return this.told(BOOK_CLOSED, 0, 0, 0, 0, 0)
    this.put(HEADS + book * 64 + PHASE, CALL_PHASE)
    this.write(COLLECTING, book, 0, 0, 0, 0, 0, 0)
    return ACCEPTED
  }

  close(book: number, referencePrice: number): number {
    this.begin()
    if (!this.isOpen(book)) return this.told(BOOK_CLOSED, 0, 0, 0, 0, 0)
    closeBook(this, book, referencePrice)
    this.put(HEADS + book * 64 + PHASE, 0)
    for (const [key, place] of this.keys) if (place === book) this.keys.delete(key)
    this.write(BOOK_CLOSED_EVENT, book, 0, 0, 0, 0, 0, 0)
    return ACCEPTED
  }

  get now(): number {
    return this.doubles[NOW >>> 3]!
  }

  advance(time: number): number {
    this.begin()
    if (!Number.isSafeInteger(time) || time < this.now) return this.told(AMOUNT_WRONG, 0, 0, 0, 0, 0)
    this.doubles[NOW >>> 3] = time
    this.write(TIME_MOVED, 0, 0, 0, 0, 0, lowOf(time), highOf(time))
    closeOverdue(this, time)
    return ACCEPTED
  }

  private isKnown(account: number): boolean {
    return isBelow(account, this.rules.accounts) && this.ownerOf(account) !== 0
  }

  setAccount(account: number, owner: number, credit: number): number {
    this.begin()
    if (!isBelow(account, this.rules.accounts) || !isBelow(owner, this.rules.accounts)) return this.told(UNKNOWN_ACCOUNT, account, 0, 0, 0, 0)
    if (!Number.isSafeInteger(credit)) return this.told(AMOUNT_WRONG, account, 0, 0, 0, 0)
    this.writeAccount(account, owner, credit)
    this.write(ACCOUNT_SET, 0, account, owner, 0, 0, lowOf(credit), highOf(credit))
    return ACCEPTED
  }

  writeAccount(account: number, owner: number, credit: number): void {
    this.put(this.purseOf(account) + OWNER, owner + 1)
    this.putLong(this.purseOf(account) + CREDIT, credit)
  }

  release(account: number, amount: number): number {
    this.begin()
    if (!this.isKnown(account)) return this.told(UNKNOWN_ACCOUNT, account, 0, 0, 0, 0)
    const held = this.purseOf(account) + HELD_BY_TRADES
    if (!Number.isSafeInteger(amount) || amount < 0 || amount > this.longAt(held)) return this.told(AMOUNT_WRONG, account, 0, 0, 0, 0)
    this.putLong(held, this.longAt(held) - amount)
    this.write(RELEASED, 0, account, 0, 0, 0, lowOf(amount), highOf(amount))
    return ACCEPTED
  }

  held(account: number): number {
    const purse = this.purseOf(account)
    return this.isKnown(account) ? this.longAt(purse + HELD_BY_ORDERS) + this.longAt(purse + HELD_BY_TRADES) : 0
  }

  openOrders(account: number): number {
    return this.isKnown(account) ? this.at(this.purseOf(account) + OPEN) : 0
  }

  place(book: number, account: number, low: number, high: number, terms: number, price: number, quantity: number, until: number, named: ReadonlyArray<number>): number {
    this.begin()
    const names = this.nameCounterparties(named)
    const code = this.assembly.place(whole(book), whole(account), low, high, whole(terms), price, quantity, Number.isSafeInteger(until) ? until : -1, names)
    return this.told(code, account, low, high, price, quantity)
  }

  /** Makes these the counterparties of the order in progress; returns their number, -1 if they cannot be. */
  nameCounterparties(named: ReadonlyArray<number>): number {
    if (named.length > MOST_NAMED) return -1
    for (let place = 0; place < named.length; place++) {
      const owner = named[place]!
      if (!isBelow(owner, this.rules.accounts)) return -1
      this.put(NAMES + place * 4, owner + 1)
    }
    this.put(NAMES + named.length * 4, 0)
    return named.length
  }

  private namesAt(address: number): Array<number> {
    const owners: Array<number> = []
    for (let place = 0; place < MOST_NAMED && this.at(address + place * 4) !== 0; place++) owners.push(this.at(address + place * 4) - 1)
    return owners
  }

  /** Counterparties that the order in progress names. */
  namesInProgress(): Array<number> {
    return this.namesAt(NAMES)
  }
  isDirected(order: number): boolean {
    return (this.at(order + WHO) & DIRECTED) !== 0
  }
  /** Counterparties that a directed order names. */
  namedBy(order: number): Array<number> {
    return this.namesAt(this.places.counterparties + (order - this.places.orders))
  }
  mayMeet(order: number, owner: number): boolean {
    return !this.isDirected(order) || this.namedBy(order).includes(owner)
  }

  /** Compares two orders of one side in price-time order. */
  inPriceTimeOrder(left: number, right: number): number {
    const ticks = this.tickAt(left) - this.tickAt(right)
    if (ticks !== 0) return (this.termsAt(left) & 1) === 0 ? -ticks : ticks
    return (this.at(left + STAMP) >>> 0) - (this.at(right + STAMP) >>> 0)
  }

  cancel(account: number, low: number, high: number): number {
    this.begin()
    return this.told(this.assembly.cancel(whole(account), low, high), account, low, high, 0, 0)
  }

  cancelAll(owner: number): number {
    this.begin()
    cancelAllOf(this, owner)
    return ACCEPTED
  }

  reduce(account: number, low: number, high: number, by: number): number {
    this.begin()
    const taken = Number.isInteger(by) && by >= 1 ? Math.min(by, this.rules.maximumQuantity) : 0
    return this.told(this.assembly.reduce(whole(account), low, high, taken), account, low, high, 0, by)
  }

  move(account: number, low: number, high: number, price: number): number {
    this.begin()
    return this.told(this.assembly.move(whole(account), low, high, price), account, low, high, price, 0)
  }

  run(commands: Int32Array, from: number, to: number): void {
    for (let first = from; first < to; first += MOST_BATCHED) {
      const last = Math.min(first + MOST_BATCHED, to)
      this.copyIn(commands, first * COMMAND_WORDS, last * COMMAND_WORDS)
      this.assembly.run(last - first)
    }
  }

  private copyIn(commands: Int32Array, from: number, to: number): void {
    // A view of the commands costs more than to copy a few of them word by word.
    if (to - from > FEW * COMMAND_WORDS) this.words.set(commands.subarray(from, to), BATCH >>> 2)
    else for (let at = from, into = BATCH >>> 2; at < to; at++, into++) this.words[into] = commands[at]!
  }

  depth(book: number, side: number, levels: number): Array<DepthLevel> {
    const seen: Array<DepthLevel> = []
    if (!this.isOpen(book) || levels <= 0) return seen
    this.eachPrice(book, side, (tick) => {
      seen.push({ price: this.priceOf(tick), quantity: this.doubles[(this.cellOf(book, tick) + SUM) / 8]! })
      return seen.length < levels
    })
    return seen
  }

  best(book: number, side: number): number | undefined {
    if (!this.isOpen(book)) return undefined
    const tick = this.at(HEADS + book * 64 + side * 4)
    return this.isTick(tick) ? this.priceOf(tick) : undefined
  }

  snapshot(): Uint8Array {
    return writeSnapshot(this)
  }
}
