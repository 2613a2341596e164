import * as commands from "../commands.ts"
import type { Books, DepthLevel } from "../books.ts"
import * as events from "../event-log.ts"
import { EventBuffer, highOf, lowOf } from "../event-log.ts"
import { assertRules, holdRate, withinBand, type BookRules } from "../rules.ts"
import { CALL_PHASE, OPEN_PHASE } from "../phases.ts"
import { readSnapshot, SnapshotWriter } from "../snapshot-form.ts"
import * as status from "../status.ts"
import { FILL_OR_KILL, kindOf, MARKET, mayRest, POST_ONLY, sideOf } from "../terms.ts"
import { callCandidates, naiveCallPairs, naiveCallPrice } from "./naive-call.ts"
import { checkPlaced, checkPrice } from "./naive-check.ts"
import { isFillable, matchSteps, meetable } from "./naive-match.ts"
import { byAccountAndId, byPriceAndTime, type NaiveAccount, type NaiveBook, type NaiveOrder } from "./naive-state.ts"

/** The oracle: every question is answered by looking through all orders again. */
export class NaiveBooks implements Books {
  readonly rules: BookRules
  readonly log = new EventBuffer()
  /** As many places as there is room for books. */
  readonly books: Array<NaiveBook | undefined>
  readonly accounts = new Map<number, NaiveAccount>()
  orders: Array<NaiveOrder> = []
  now = 0
  stamps = 0

  constructor(rules: BookRules) {
    assertRules(rules)
    this.rules = rules
    this.books = Array.from({ length: rules.books }, () => undefined)
  }

  private readonly ownerOf = (order: NaiveOrder): number => this.accounts.get(order.account)!.owner
  private find(account: number, low: number, high: number): NaiveOrder | undefined {
    return this.orders.find((one) => one.account === account && one.low === low && one.high === high)
  }

  private write(kind: number, order: NaiveOrder, detail: number, quantity: number, rest: number): void {
    this.log.write(kind | (detail << 8), order.book, order.account, order.low, order.high, order.price, quantity, rest)
  }

  private refuse(code: number, account: number, low: number, high: number, price: number, quantity: number): number {
    this.log.write(events.REFUSED, 0, account, low, high, price, quantity, code)
    return code
  }

  private rate(order: NaiveOrder, price: number): number {
    const tariff = this.rules.tariffs[this.books[order.book]!.tariff]
    return tariff === undefined ? 0 : holdRate(sideOf(order.terms), price, tariff)
  }

  /** Takes `quantity` off an order and gives back its hold, but for what a trade at `price` keeps. */
  private take(order: NaiveOrder, quantity: number, price?: number): void {
    const kept = price === undefined ? 0 : this.rate(order, price)
    this.accounts.get(order.account)!.held -= (this.rate(order, order.price) - kept) * quantity
    order.quantity -= quantity
    if (order.quantity === 0) this.orders = this.orders.filter((one) => one !== order)
  }

  private closeOrder(order: NaiveOrder, reason: number): void {
    this.write(events.CLOSED, order, reason, order.quantity, 0)
    this.take(order, order.quantity)
  }

  open(key: number, tariff: number): number {
    this.log.command++
    const place = this.books.indexOf(undefined)
    let code = status.ACCEPTED
    if (!Number.isSafeInteger(key) || (tariff !== 0 && this.rules.tariffs[tariff] === undefined)) code = status.AMOUNT_WRONG
    else if (this.placeOf(key) !== -1) code = status.BOOK_OPEN_ALREADY
    else if (place === -1) code = status.TOO_MANY_BOOKS
    if (code !== status.ACCEPTED) return this.refuse(code, 0, lowOf(key), highOf(key), 0, 0)
    this.books[place] = { key, tariff, collecting: false }
    this.log.write(events.BOOK_OPENED, place, 0, 0, 0, lowOf(key), highOf(key), tariff)
    return status.ACCEPTED
  }

  placeOf(key: number): number {
    return this.books.findIndex((book) => book?.key === key)
  }

  collect(place: number): number {
    this.log.command++
    const book = this.books[place]
    if (book === undefined) return this.refuse(status.BOOK_CLOSED, 0, 0, 0, 0, 0)
    book.collecting = true
    this.log.write(events.COLLECTING, place, 0, 0, 0, 0, 0, 0)
    return status.ACCEPTED
  }

  close(place: number, referencePrice: number): number {
    this.log.command++
    if (this.books[place] === undefined) return this.refuse(status.BOOK_CLOSED, 0, 0, 0, 0, 0)
    this.call(place, withinBand(this.rules, referencePrice))
    const left = this.orders.filter((order) => order.book === place)
    const resting = left.filter((order) => order.named.length === 0 && !order.collected)
    for (const side of [0, 1]) for (const order of resting.filter((one) => sideOf(one.terms) === side).sort(byPriceAndTime(side))) this.closeOrder(order, events.GATE_CLOSED)
    for (const order of left.filter((one) => !resting.includes(one))) this.closeOrder(order, events.GATE_CLOSED)
    this.books[place] = undefined
    this.log.write(events.BOOK_CLOSED_EVENT, place, 0, 0, 0, 0, 0, 0)
    return status.ACCEPTED
  }

  private call(place: number, referencePrice: number): void {
    const orders = this.orders.filter((order) => order.book === place && order.named.length === 0)
    const called = naiveCallPrice(orders, callCandidates(orders, this.rules, referencePrice), referencePrice)
    if (called === undefined) return
    this.log.write(events.CALLED, place, 0, 0, 0, called.price, lowOf(called.matched), highOf(called.matched))
    for (const { buyer, seller, quantity } of naiveCallPairs(orders, called.price, called.matched)) {
      for (const order of [buyer, seller]) this.take(order, quantity, called.price)
      this.log.write(events.CALL_BUYER, place, buyer.account, buyer.low, buyer.high, called.price, quantity, buyer.quantity)
      this.log.write(events.CALL_SELLER, place, seller.account, seller.low, seller.high, called.price, quantity, seller.quantity)
    }
  }

  advance(time: number): number {
    this.log.command++
    if (!Number.isSafeInteger(time) || time < this.now) return this.refuse(status.AMOUNT_WRONG, 0, 0, 0, 0, 0)
    this.now = time
    this.log.write(events.TIME_MOVED, 0, 0, 0, 0, 0, lowOf(time), highOf(time))
    const over = this.orders.filter((order) => order.until !== 0 && order.until <= time)
    for (const order of over.sort((left, right) => left.until - right.until || byAccountAndId(left, right))) this.closeOrder(order, events.TIME_OVER)
    return status.ACCEPTED
  }

  setAccount(account: number, owner: number, credit: number): number {
    this.log.command++
    const isNumber = (value: number) => Number.isInteger(value) && value >= 0 && value < this.rules.accounts
    if (!isNumber(account) || !isNumber(owner)) return this.refuse(status.UNKNOWN_ACCOUNT, account, 0, 0, 0, 0)
    if (!Number.isSafeInteger(credit)) return this.refuse(status.AMOUNT_WRONG, account, 0, 0, 0, 0)
    this.accounts.set(account, { owner, credit, held: this.accounts.get(account)?.held ?? 0 })
    this.log.write(events.ACCOUNT_SET, 0, account, owner, 0, 0, lowOf(credit), highOf(credit))
    return status.ACCEPTED
  }

  release(account: number, amount: number): number {
    this.log.command++
    const known = this.accounts.get(account)
    if (known === undefined) return this.refuse(status.UNKNOWN_ACCOUNT, account, 0, 0, 0, 0)
    const locked = this.orders.filter((order) => order.account === account).reduce((total, order) => total + this.rate(order, order.price) * order.quantity, 0)
    if (!Number.isSafeInteger(amount) || amount < 0 || amount > known.held - locked) return this.refuse(status.AMOUNT_WRONG, account, 0, 0, 0, 0)
    known.held -= amount
    this.log.write(events.RELEASED, 0, account, 0, 0, 0, lowOf(amount), highOf(amount))
    return status.ACCEPTED
  }

  held(account: number): number {
    return this.accounts.get(account)?.held ?? 0
  }

  openOrders(account: number): number {
    return this.orders.filter((order) => order.account === account).length
  }

  place(book: number, account: number, low: number, high: number, terms: number, price: number, quantity: number, until: number, named: ReadonlyArray<number>): number {
    this.log.command++
    const isMarket = kindOf(terms) === MARKET
    const bound = sideOf(terms) === 0 ? this.rules.maximumPrice : this.rules.minimumPrice
    const order: NaiveOrder = {
      book, account, low, high, terms, quantity, until,
      price: isMarket ? bound : price,
      named: [...named],
      stamp: 0,
      collected: this.books[book]?.collecting === true
    }
    const code = checkPlaced(this, order) || this.checkMatching(order)
    if (code !== status.ACCEPTED) return this.refuse(code, account, low, high, price, quantity)
    this.write(events.PLACED, order, terms, quantity, 0)
    if (until !== 0) this.write(events.GOOD_TILL, order, 0, lowOf(until), highOf(until))
    for (const owner of named) this.write(events.NAMED, order, 0, owner, 0)
    this.enter(order)
    return status.ACCEPTED
  }

  /** Credit, then what the order says about trading at once. A refused order locks nothing. */
  private checkMatching(order: NaiveOrder): number {
    const account = this.accounts.get(order.account)!
    const locked = this.rate(order, order.price) * order.quantity
    if (locked > account.credit - account.held) return status.INSUFFICIENT_CREDIT
    if (kindOf(order.terms) === POST_ONLY && meetable(this.orders, order, this.ownerOf).length > 0) return status.WOULD_TRADE
    if (kindOf(order.terms) === FILL_OR_KILL && !isFillable(this.orders, order, this.ownerOf)) return status.NOT_FILLABLE
    account.held += locked
    return status.ACCEPTED
  }

  /** Matches an order whose hold is taken, and lets the rest of it rest. */
  private enter(taker: NaiveOrder): void {
    const collecting = this.books[taker.book]!.collecting
    for (const step of collecting ? [] : matchSteps(this.orders, taker, this.ownerOf)) {
      if (step.what === "cancel taker") this.closeOrder(taker, events.SELF_TRADE)
      else if (step.what === "cancel maker") this.closeOrder(step.maker, events.SELF_TRADE)
      else if (step.what === "trade") {
        this.take(step.maker, step.quantity, step.maker.price)
        this.take(taker, step.quantity, step.maker.price)
        this.write(events.TRADED, step.maker, 0, step.quantity, step.maker.quantity)
      } else {
        for (const order of [step.maker, taker]) {
          this.take(order, step.quantity)
          this.write(events.REDUCED, order, events.SELF_TRADE, step.quantity, order.quantity)
        }
      }
    }
    if (taker.quantity === 0) return
    if (!mayRest(taker.terms)) return this.closeOrder(taker, events.AT_ONCE_ONLY)
    taker.stamp = ++this.stamps
    this.orders.push(taker)
  }

  cancel(account: number, low: number, high: number): number {
    this.log.command++
    const order = this.find(account, low, high)
    if (order === undefined) return this.refuse(status.UNKNOWN_ORDER, account, low, high, 0, 0)
    this.closeOrder(order, events.BY_OWNER)
    return status.ACCEPTED
  }

  cancelAll(owner: number): number {
    this.log.command++
    const all = this.orders.filter((order) => this.ownerOf(order) === owner).sort(byAccountAndId)
    this.log.write(events.ALL_CANCELLED, 0, owner, 0, 0, 0, all.length, 0)
    for (const order of all) this.closeOrder(order, events.BY_OWNER)
    return status.ACCEPTED
  }

  reduce(account: number, low: number, high: number, by: number): number {
    this.log.command++
    const order = this.find(account, low, high)
    if (order === undefined) return this.refuse(status.UNKNOWN_ORDER, account, low, high, 0, by)
    if (!(Number.isInteger(by) && by >= 1)) return this.refuse(status.QUANTITY_TOO_SMALL, account, low, high, 0, by)
    const taken = Math.min(by, order.quantity)
    this.take(order, taken)
    this.write(events.REDUCED, order, events.BY_OWNER, taken, order.quantity)
    return status.ACCEPTED
  }

  move(account: number, low: number, high: number, price: number): number {
    this.log.command++
    const order = this.find(account, low, high)
    if (order === undefined) return this.refuse(status.UNKNOWN_ORDER, account, low, high, price, 0)
    const code = this.checkMove(order, price)
    if (code !== status.ACCEPTED) return this.refuse(code, account, low, high, price, 0)
    this.accounts.get(account)!.held += (this.rate(order, price) - this.rate(order, order.price)) * order.quantity
    this.orders = this.orders.filter((one) => one !== order)
    const moved = { ...order, price, collected: this.books[order.book]!.collecting }
    this.write(events.MOVED, moved, 0, moved.quantity, 0)
    this.enter(moved)
    return status.ACCEPTED
  }

  private checkMove(order: NaiveOrder, price: number): number {
    const code = checkPrice(this.rules, price)
    if (code !== status.ACCEPTED) return code
    if (this.stamps >= 0xffff_ffff) return status.STAMPS_USED_UP
    const { credit, held } = this.accounts.get(order.account)!
    if ((this.rate(order, price) - this.rate(order, order.price)) * order.quantity > Math.max(0, credit - held)) return status.INSUFFICIENT_CREDIT
    const collecting = this.books[order.book]!.collecting
    const wouldTrade = !collecting && kindOf(order.terms) === POST_ONLY && meetable(this.orders, { ...order, price }, this.ownerOf).length > 0
    return wouldTrade ? status.WOULD_TRADE : status.ACCEPTED
  }

  run(words: Int32Array, from: number, to: number): void {
    for (let at = from * commands.COMMAND_WORDS; at < to * commands.COMMAND_WORDS; at += commands.COMMAND_WORDS) {
      const [head, account, low, high, price, quantity, until] = words.subarray(at, at + 7) as unknown as [number, number, number, number, number, number, number]
      const operation = head & 255
      if (operation === commands.PLACE) this.place(head >>> 16, account, low, high, (head >>> 8) & 255, price, quantity, until >>> 0, [])
      else if (operation === commands.CANCEL) this.cancel(account, low, high)
      else if (operation === commands.MOVE) this.move(account, low, high, price)
      else if (operation === commands.REDUCE) this.reduce(account, low, high, quantity)
      else {
        this.log.command++
        this.refuse(status.UNKNOWN_OPERATION, account, low, high, price, quantity)
      }
    }
  }

  depth(book: number, side: number, levels: number): Array<DepthLevel> {
    const visible = this.orders.filter((order) => order.book === book && sideOf(order.terms) === side && order.named.length === 0 && !order.collected)
    const prices = [...new Set(visible.map(({ price }) => price))].sort((left, right) => (side === 0 ? right - left : left - right))
    return prices.slice(0, levels).map((price) => ({ price, quantity: visible.filter((order) => order.price === price).reduce((total, order) => total + order.quantity, 0) }))
  }

  best(book: number, side: number): number | undefined {
    return this.depth(book, side, 1)[0]?.price
  }

  snapshot(): Uint8Array {
    const writer = new SnapshotWriter()
    writer.head(this.rules, this.log, this.stamps, this.now)
    writer.put(this.accounts.size)
    for (const [number, { owner, credit, held }] of [...this.accounts].sort(([left], [right]) => left - right)) writer.put(number, owner, lowOf(credit), highOf(credit), lowOf(held), highOf(held))
    writer.put(this.books.filter((book) => book !== undefined).length)
    for (const [place, book] of this.books.entries()) {
      if (book === undefined) continue
      const orders = this.orders.filter((order) => order.book === place)
      const resting = orders.filter((order) => order.named.length === 0 && !order.collected)
      const lists = [0, 1].map((side) => resting.filter((order) => sideOf(order.terms) === side).sort(byPriceAndTime(side)))
      const aside = orders.filter((order) => !resting.includes(order))
      writer.put(place, lowOf(book.key), highOf(book.key), book.tariff, book.collecting ? CALL_PHASE : OPEN_PHASE, ...[...lists, aside].map((list) => list.length))
      for (const one of [...lists, aside].flat()) writer.order(one.account, one.low, one.high, one.terms, one.price, one.quantity, one.stamp, one.until, one.named)
    }
    return writer.finish()
  }

  /** The books of a snapshot. */
  static restore(rules: BookRules, bytes: Uint8Array): NaiveBooks {
    const made = new NaiveBooks(rules)
    readSnapshot(bytes, rules, made.log, {
      account: (account, owner, credit, held) => void made.accounts.set(account, { owner, credit, held }),
      book: (place, key, tariff, phase) => void (made.books[place] = { key, tariff, collecting: phase === CALL_PHASE }),
      order: (book, list, account, low, high, terms, price, quantity, stamp, until, named) => {
        made.orders.push({ book, account, low, high, terms, price, quantity, stamp: stamp >>> 0, until, named, collected: list === 2 })
      },
      done: (stamps, now) => {
        made.stamps = stamps
        made.now = now
      }
    })
    return made
  }
}
