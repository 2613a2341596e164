import * as layout from "./layout.ts"
import { Matching } from "./matching.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { LEVEL, QUANTITY, STAMP, TERMS_SHIFT, WHO } = layout

/**
 * Matching alone, by engine-issued handles (slot and stamp): no ids, credit, events or hash. For callers that keep all
 * that elsewhere, and to measure what the rest costs.
 */
export class HandleBooks extends Matching {
  trades = 0
  quantity = 0
  /** Ticks x Wh. */
  notional = 0
  /** Stamp of the order that was placed or moved last: with its slot its handle. */
  stamp = 0

  protected override traded(_order: number, quantity: number, tick: number): void {
    this.trades++
    this.quantity += quantity
    this.notional += quantity * tick
  }
  protected override leaves(): void {}
  protected override meetsOwn(_slot: number, rest: number): number {
    return rest
  }

  open(book: number): void {
    this.ladder.open(book, 1)
  }

  private isLive(slot: number, stamp: number): boolean {
    return slot > 0 && slot <= this.pool.capacity && stamp !== 0 && this.pool.words[(slot << 3) + STAMP] === stamp
  }

  /** Returns the slot where the order rests, 0 if it does not, -1 if it would need room that is not there. */
  place(book: number, side: number, tick: number, quantity: number, account: number, rests: boolean): number {
    if (rests && (this.pool.live >= this.pool.capacity || this.stamps >= 0xffff_ffff)) return -1
    const left = this.matchLadder(book, side, tick, quantity, account + 1, 0)
    if (left === 0 || !rests) return 0
    const slot = this.pool.take()
    this.pool.words[(slot << 3) + WHO] = account | (side << TERMS_SHIFT)
    this.restOnLadder(slot, book, tick, side, left)
    this.stamp = this.stamps | 0
    return slot
  }

  /** False if the handle is stale. */
  cancel(slot: number, stamp: number): boolean {
    if (!this.isLive(slot, stamp)) return false
    this.ladder.unlink(slot, this.sideAt(slot << 3))
    this.pool.give(slot)
    return true
  }

  /** Returns the slot where the order rests with a new stamp, 0 if it is filled, -1 if the handle is stale. */
  move(slot: number, stamp: number, tick: number): number {
    if (!this.isLive(slot, stamp) || this.stamps >= 0xffff_ffff) return -1
    const order = slot << 3
    const { words } = this.pool
    const side = this.sideAt(order)
    const book = words[order + LEVEL]! >>> this.ladder.shift
    this.ladder.unlink(slot, side)
    const left = this.matchLadder(book, side, tick, words[order + QUANTITY]!, 0, 0)
    if (left === 0) {
      this.pool.give(slot)
      return 0
    }
    this.restOnLadder(slot, book, tick, side, left)
    this.stamp = this.stamps | 0
    return slot
  }
}
