import { OrderBook as HftOrderBook } from "hft-limit-order-book"
import { OrderBook as NodejsOrderBook } from "nodejs-order-book"
import { firstOf, type Flow, type Totals } from "./flow.ts"
import type { Bench } from "./implementation.ts"
import { RECORD_WORDS, recordsOf } from "./records.ts"

/** Commands that these books are given: each takes some 10 microseconds. */
export const FIRST_COMMANDS = 300_000

interface Filled {
  readonly id: string
  readonly size: number
  readonly price: number
}
interface Answer {
  readonly done: ReadonlyArray<unknown>
  readonly partial: unknown
  readonly partialQuantityProcessed: number
  readonly err: unknown
}
interface Placing {
  readonly id: string
  readonly side: "buy" | "sell"
  readonly size: number
  readonly price: number
  readonly timeInForce: "GTC" | "IOC"
}
/** What the two packages have in common: one is the other's successor. */
interface LimitOrderBook {
  limit(order: Placing): Answer
  modify(id: string, update: { price: number }): Answer
  cancel(id: string): unknown
  snapshot(): { readonly bids: ReadonlyArray<Level>; readonly asks: ReadonlyArray<Level> }
}
interface Level {
  readonly orders: ReadonlyArray<{ readonly size: number }>
}

const MAKERS: Readonly<Record<string, () => LimitOrderBook>> = {
  "nodejs-order-book": () => new NodejsOrderBook() as unknown as LimitOrderBook,
  "hft-limit-order-book": () => new HftOrderBook() as unknown as LimitOrderBook
}

/** Sixteen bits a letter: of all ways to make a text of 64 bits the cheapest one (docs/guides/order-book-bench.md). */
const idOf = (low: number, high: number): string => String.fromCharCode(low & 0xffff, low >>> 16, high & 0xffff, high >>> 16)

/** One of the npm packages over the first commands of a flow, the making of its ids and orders included. */
export const limitOrderBook = (name: string, whole: Flow): Bench => {
  const flow = firstOf(whole, FIRST_COMMANDS)
  const records = recordsOf(flow)
  let books: Array<LimitOrderBook> = []
  const traded = { trades: 0, quantity: 0, notional: 0 }

  const add = (quantity: number, price: number): void => {
    traded.trades++
    traded.quantity += quantity
    traded.notional += quantity * price
  }
  /** Resting orders that are done, and the one that was met in part; both lists may also hold the incoming order. */
  const count = (answer: Answer, id: string): void => {
    for (const done of answer.done as ReadonlyArray<Filled>) if (done.id !== id) add(done.size, done.price)
    const partial = answer.partial as Filled | null
    if (partial !== null && partial.id !== id) add(answer.partialQuantityProcessed, partial.price)
  }
  const prepare = (): void => {
    books = Array.from({ length: flow.books }, MAKERS[name]!)
    Object.assign(traded, { trades: 0, quantity: 0, notional: 0 })
  }
  const run = (from: number, to: number): void => {
    for (let index = from; index < to; index++) {
      const at = index * RECORD_WORDS
      const head = records[at]!
      const book = books[head >>> 16]!
      const id = idOf(records[at + 1]!, records[at + 2]!)
      const op = head & 255
      if (op === 1) book.cancel(id)
      else if (op === 2) count(book.modify(id, { price: records[at + 3]! }), id)
      else count(book.limit({ id, side: (head & 256) === 0 ? "buy" : "sell", size: records[at + 4]!, price: records[at + 3]!, timeInForce: op === 3 ? "IOC" : "GTC" }), id)
    }
  }
  const totals = (): Totals => {
    const open = books.flatMap((book) => {
      const { bids, asks } = book.snapshot()
      return [...bids, ...asks].flatMap(({ orders }) => orders.map(({ size }) => size))
    })
    return { ...traded, resting: open.length, restingQuantity: open.reduce((sum, size) => sum + size, 0) }
  }
  return { commands: flow.commands, prepare, run, totals }
}
