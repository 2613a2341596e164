import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { NEXT } = layout

/** Room for a fixed number of orders. The slot that was freed last is given first: its line is still in the cache. */
export class OrderPool {
  readonly words: Int32Array
  /** Orders that the pool takes. */
  readonly capacity: number
  live = 0
  private free = 0
  /** Slots from here on were never given. */
  private fresh = 1

  constructor(capacity: number) {
    this.capacity = capacity
    this.words = new Int32Array((capacity + 1) * 8)
  }

  /** A slot; only after `live < capacity` was seen. */
  take(): number {
    this.live++
    const slot = this.free
    if (slot === 0) return this.fresh++
    this.free = this.words[(slot << 3) + NEXT]!
    return slot
  }

  give(slot: number): void {
    this.live--
    this.words[(slot << 3) + NEXT] = this.free
    this.words[(slot << 3) + 7] = 0
    this.free = slot
  }

  /** One more than the highest slot ever given. */
  get end(): number {
    return this.fresh
  }
}
