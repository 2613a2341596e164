import type { Totals } from "./flow.ts"

/**
 * A plain price-time book that shares no code with the engine: it makes flows, counts what a flow must end with, and
 * records which order records and price levels each command has to touch, for the floor.
 */
export class PlainBook {
  private readonly ticks: number
  private readonly next: Int32Array
  private readonly previous: Int32Array
  private readonly quantity: Int32Array
  private readonly level: Int32Array
  private readonly side: Uint8Array
  private readonly idOf: Int32Array
  private readonly head: Int32Array
  private readonly tail: Int32Array
  private readonly slotOf: Int32Array
  private readonly bids: Int32Array
  private readonly asks: Int32Array
  private readonly filled: (id: number) => void
  private free = 0
  private totals = { trades: 0, quantity: 0, notional: 0, resting: 0, restingQuantity: 0 }
  /** Called with each slot and level that a command touches. */
  touch: (slot: number, level: number) => void = () => {}
  mostResting = 0

  constructor(books: number, ticks: number, capacity: number, ids: number, filled: (id: number) => void = () => {}) {
    this.ticks = ticks
    const array = () => new Int32Array(capacity)
    this.next = array()
    this.previous = array()
    this.quantity = array()
    this.level = array()
    this.side = new Uint8Array(capacity)
    this.idOf = array()
    this.head = new Int32Array(books * ticks)
    this.tail = new Int32Array(books * ticks)
    this.slotOf = new Int32Array(ids + 1)
    this.bids = new Int32Array(books).fill(-1)
    this.asks = new Int32Array(books).fill(ticks)
    this.filled = filled
    for (let slot = capacity - 1; slot >= 1; slot--) {
      this.next[slot] = this.free
      this.free = slot
    }
  }

  isOpen(id: number): boolean {
    return this.slotOf[id] !== 0
  }

  /** Price tick of an open order, or -1. */
  priceOf(id: number): number {
    const slot = this.slotOf[id]!
    return slot === 0 ? -1 : this.level[slot]! % this.ticks
  }

  /** Best tick of a side, or -1. */
  best(book: number, side: number): number {
    this.settle(book)
    const tick = side === 0 ? this.bids[book]! : this.asks[book]!
    return tick === this.ticks ? -1 : tick
  }

  private settle(book: number): void {
    const base = book * this.ticks
    while (this.asks[book]! < this.ticks && this.head[base + this.asks[book]!] === 0) this.asks[book]!++
    while (this.bids[book]! >= 0 && this.head[base + this.bids[book]!] === 0) this.bids[book]!--
  }

  private remove(slot: number): void {
    const level = this.level[slot]!
    const before = this.previous[slot]!
    const after = this.next[slot]!
    if (before === 0) this.head[level] = after
    else this.next[before] = after
    if (after === 0) this.tail[level] = before
    else this.previous[after] = before
    this.slotOf[this.idOf[slot]!] = 0
    this.totals.resting--
    this.next[slot] = this.free
    this.free = slot
  }

  private match(book: number, side: number, price: number, quantity: number): number {
    let left = quantity
    while (left > 0) {
      this.settle(book)
      const best = side === 0 ? this.asks[book]! : this.bids[book]!
      if (side === 0 ? best > price || best === this.ticks : best < price || best < 0) break
      const slot = this.head[book * this.ticks + best]!
      this.touch(slot, book * this.ticks + best)
      const filled = Math.min(left, this.quantity[slot]!)
      left -= filled
      this.quantity[slot]! -= filled
      this.totals.trades++
      this.totals.quantity += filled
      this.totals.notional += filled * best
      this.totals.restingQuantity -= filled
      if (this.quantity[slot] !== 0) continue
      const id = this.idOf[slot]!
      this.remove(slot)
      this.filled(id)
    }
    return left
  }

  private rest(id: number, book: number, side: number, price: number, quantity: number): void {
    const slot = this.free
    if (slot === 0) throw new Error("the plain book is full")
    this.free = this.next[slot]!
    const level = book * this.ticks + price
    this.touch(slot, level)
    const last = this.tail[level]!
    this.slotOf[id] = slot
    this.idOf[slot] = id
    this.quantity[slot] = quantity
    this.level[slot] = level
    this.side[slot] = side
    this.next[slot] = 0
    this.previous[slot] = last
    this.tail[level] = slot
    if (last === 0) this.head[level] = slot
    else this.next[last] = slot
    if (side === 0) this.bids[book] = Math.max(this.bids[book]!, price)
    else this.asks[book] = Math.min(this.asks[book]!, price)
    this.totals.restingQuantity += quantity
    this.mostResting = Math.max(this.mostResting, ++this.totals.resting)
  }

  run(op: number, side: number, book: number, id: number, price: number, quantity: number): void {
    let left = quantity
    if (op === 1 || op === 2) {
      const slot = this.slotOf[id]!
      if (slot === 0) return
      this.touch(slot, this.level[slot]!)
      left = this.quantity[slot]!
      this.totals.restingQuantity -= left
      this.remove(slot)
      if (op === 1) return
    }
    left = this.match(book, side, price, left)
    if (left > 0 && op !== 3) this.rest(id, book, side, price, left)
  }

  counted(): Totals {
    return { ...this.totals }
  }
}
