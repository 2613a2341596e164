import type { EventLog } from "./event-log.ts"
import type { BookRules } from "./rules.ts"

/** One price of a book, and the Wh open at it. */
export interface DepthLevel {
  readonly price: number
  readonly quantity: number
}

/**
 * The books of one grid area, one for each open delivery period. Two implementations stand behind it: `NaiveBooks`,
 * plain and obviously right, and `FastBooks`. Equal commands give equal statuses, events, hashes and snapshots.
 *
 * Every command is one call with numbers only and returns a status (see status.ts). Prices are micro-units of currency
 * per kWh, quantities Wh, times seconds. A client order id is 64 bits in two int32 halves and belongs to its account.
 */
export interface Books {
  readonly rules: BookRules
  readonly log: EventLog

  /** Opens a book at the lowest free place for `key`: a delivery period's start, or whatever whole number names it. */
  open(key: number, tariff: number): number
  /** The place of an open book, or -1. Commands name books by place. */
  placeOf(key: number): number
  /** From now on the book collects limit orders for its call and matches nothing. */
  collect(book: number): number
  /** Gate closure: the call at a uniform price, then every order that is left is closed and the book is gone. */
  close(book: number, referencePrice: number): number
  /** Moves market time; orders good till then or before are closed, by time, account and id. */
  advance(time: number): number

  /** Sets an account's beneficial owner and its credit in nano-units. */
  setAccount(account: number, owner: number, credit: number): number
  /** Releases what a delivered trade held, in nano-units. */
  release(account: number, amount: number): number
  /** Nano-units that open orders and undelivered trades lock. */
  held(account: number): number
  openOrders(account: number): number

  /** Places an order. `until` 0: till the gate. `named`: owners who alone may meet it; empty: everybody. */
  place(book: number, account: number, low: number, high: number, terms: number, price: number, quantity: number, until: number, named: ReadonlyArray<number>): number
  cancel(account: number, low: number, high: number): number
  /** Cancels every order of an owner, by account and id. */
  cancelAll(owner: number): number
  /** Takes `by` Wh off; the order keeps its priority. */
  reduce(account: number, low: number, high: number, by: number): number
  /** Gives the order another price; it loses its priority and may trade at once. */
  move(account: number, low: number, high: number, price: number): number
  /** Runs commands `from` to `to` of a batch (see commands.ts), in order. */
  run(commands: Int32Array, from: number, to: number): void

  /** What everybody may take of a side (0 bids, 1 asks), best price first, at most `levels` prices (a whole number from 0 on). */
  depth(book: number, side: number, levels: number): Array<DepthLevel>
  /** Best price of a side, or undefined. */
  best(book: number, side: number): number | undefined

  /** Canonical bytes of all books and accounts, in price-time order (see snapshot-form.ts). */
  snapshot(): Uint8Array
}
