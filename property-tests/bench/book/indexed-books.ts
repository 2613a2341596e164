import { AT_ONCE_ONLY, BY_OWNER, CLOSED, MOVED, PLACED, REFUSED, SELF_TRADE, TRADED } from "../../../engine/core/market/book/event-log.ts"
import type { NaiveBooks } from "../../../engine/core/market/book/naive/naive-books.ts"
import { UNKNOWN_ORDER } from "../../../engine/core/market/book/status.ts"
import { CANCEL_NEWEST, IMMEDIATE_OR_CANCEL, LIMIT, termsOf } from "../../../engine/core/market/book/terms.ts"
import { FLOW_TICKS, FLOW_WORDS, scatter, type Flow, type Totals } from "./flow.ts"

/** An order of a flow, by the flow's own id. */
interface Order {
  readonly book: number
  readonly side: number
  readonly account: number
  readonly low: number
  readonly high: number
  price: number
  open: number
}

/**
 * What the naive books say about a whole flow, in time: objects in a Map by id and a plain list for each price, first come
 * first, so that no question looks through all orders. Knows only what flows hold (limit and immediate-or-cancel orders,
 * cancel, move; credit never runs out) and shares with the engine only the event log, for the state hash. It is held
 * against the naive books in indexed-books.test.ts, and against their hash over the first commands of each flow.
 */
export class IndexedBooks {
  readonly log: NaiveBooks["log"]
  private readonly orders = new Map<number, Order>()
  private readonly lists: Array<Array<Order> | undefined>
  private readonly best: [Int32Array, Int32Array]
  private readonly policy: number
  private readonly idOf = new Map<Order, number>()
  private readonly counted = { trades: 0, quantity: 0, notional: 0 }

  /** Goes on with the log of naive books in which books and accounts were opened: that is part of the hash. */
  constructor(books: number, policy: number, log: NaiveBooks["log"]) {
    this.log = log
    this.lists = Array.from({ length: books * FLOW_TICKS }, () => undefined)
    this.best = [new Int32Array(books).fill(-1), new Int32Array(books).fill(FLOW_TICKS)]
    this.policy = policy
  }

  private write(kind: number, detail: number, { book, account, low, high, price }: Order, quantity: number, rest: number): void {
    this.log.write(kind | (detail << 8), book, account, low, high, price, quantity, rest)
  }

  private remove(order: Order): void {
    const list = this.lists[order.book * FLOW_TICKS + order.price]!
    list.splice(list.indexOf(order), 1)
    this.orders.delete(this.idOf.get(order)!)
    this.idOf.delete(order)
  }

  /** The oldest order at the best price of a side, or undefined. */
  private first(book: number, side: number): Order | undefined {
    const best = this.best[side as 0 | 1]
    const step = side === 0 ? -1 : 1
    while (best[book]! >= 0 && best[book]! < FLOW_TICKS) {
      const list = this.lists[book * FLOW_TICKS + best[book]!]
      if (list !== undefined && list.length > 0) return list[0]
      best[book]! += step
    }
    return undefined
  }

  private match(taker: Order): void {
    while (taker.open > 0) {
      const maker = this.first(taker.book, 1 - taker.side)
      if (maker === undefined || (taker.side === 0 ? maker.price > taker.price : maker.price < taker.price)) return
      if (this.policy === CANCEL_NEWEST && maker.account === taker.account) {
        this.write(CLOSED, SELF_TRADE, taker, taker.open, 0)
        taker.open = 0
        return
      }
      const quantity = Math.min(taker.open, maker.open)
      taker.open -= quantity
      maker.open -= quantity
      this.counted.trades++
      this.counted.quantity += quantity
      this.counted.notional += quantity * maker.price
      this.write(TRADED, 0, maker, quantity, maker.open)
      if (maker.open === 0) this.remove(maker)
    }
  }

  private rest(id: number, order: Order): void {
    const list = (this.lists[order.book * FLOW_TICKS + order.price] ??= [])
    list.push(order)
    this.orders.set(id, order)
    this.idOf.set(order, id)
    const best = this.best[order.side as 0 | 1]
    best[order.book] = order.side === 0 ? Math.max(best[order.book]!, order.price) : Math.min(best[order.book]!, order.price)
  }

  private place(op: number, id: number, order: Order): void {
    this.write(PLACED, termsOf(order.side, op === 3 ? IMMEDIATE_OR_CANCEL : LIMIT, this.policy), order, order.open, 0)
    this.match(order)
    if (order.open === 0) return
    if (op === 3) this.write(CLOSED, AT_ONCE_ONLY, order, order.open, 0)
    else this.rest(id, order)
  }

  private change(op: number, id: number, price: number, account: number): void {
    const order = this.orders.get(id)
    const [low, high] = scatter(id)
    if (order === undefined) return this.log.write(REFUSED, 0, account, low, high, op === 2 ? price : 0, 0, UNKNOWN_ORDER)
    this.remove(order)
    if (op === 1) return this.write(CLOSED, BY_OWNER, order, order.open, 0)
    order.price = price
    this.write(MOVED, 0, order, order.open, 0)
    this.match(order)
    if (order.open > 0) this.rest(id, order)
  }

  /** Runs commands `from` to `to` of a flow. */
  run({ words }: Flow, from: number, to: number): void {
    for (let at = from * FLOW_WORDS; at < to * FLOW_WORDS; at += FLOW_WORDS) {
      const [head, id, price, open, account] = words.subarray(at, at + 5) as unknown as [number, number, number, number, number]
      const op = head & 255
      this.log.command++
      if (op === 1 || op === 2) {
        this.change(op, id, price, account)
        continue
      }
      const [low, high] = scatter(id)
      this.place(op, id, { book: head >>> 16, side: (head >>> 8) & 255, account, low, high, price, open })
    }
  }

  totals(): Totals {
    let restingQuantity = 0
    for (const { open } of this.orders.values()) restingQuantity += open
    return { ...this.counted, resting: this.orders.size, restingQuantity }
  }
}
