import { tickBits, type BookRules } from "../rules.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { ASIDE_HEAD, ASIDE_TAIL, BEST_ASK, BEST_BID, DIRECTED_COUNT, LEVEL, NEXT, PHASE, PREVIOUS, QUANTITY, TOP } = layout

const highestBit = (word: number): number => 31 - Math.clz32(word)
const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)

/**
 * Price levels of all books in one array, shared by both sides: a price holds bids or asks, never both, because what
 * rests on the ladder never crosses. A bitmap of three levels knows which prices hold orders; a band of more than 32,768
 * ticks has a fourth between the middle words and the top. Nothing is filled in beforehand: levels never used stay pages
 * that the system has not handed out.
 */
export class Ladder {
  /** Ticks of a book, rounded up to a power of two, so that level = book << shift | tick. */
  readonly shift: number
  readonly stride: number
  /** Four words a level: head, tail, and as one double the Wh open. */
  readonly cells: Int32Array
  readonly sums: Float64Array
  /** Sixteen words a book, see layout. */
  readonly heads: Int32Array
  private readonly leaves: Int32Array
  private readonly middles: Int32Array
  private readonly leafShift: number
  private readonly middleShift: number
  private readonly upperShift: number
  private readonly uppers: Int32Array
  private readonly isWide: boolean
  private readonly words: Int32Array

  constructor(rules: BookRules, words: Int32Array) {
    this.shift = tickBits(rules)
    this.stride = 1 << this.shift
    this.leafShift = this.shift - 5
    this.middleShift = Math.max(0, this.shift - 10)
    this.cells = new Int32Array(rules.books * this.stride * 4)
    this.sums = new Float64Array(this.cells.buffer)
    this.heads = new Int32Array(rules.books * 16)
    this.leaves = new Int32Array(rules.books << this.leafShift)
    this.middles = new Int32Array(rules.books << this.middleShift)
    this.isWide = this.shift > 15
    this.upperShift = Math.max(0, this.shift - 15)
    this.uppers = new Int32Array(this.isWide ? rules.books << this.upperShift : 0)
    this.words = words
  }

  /** An empty book; its levels are empty already. */
  open(book: number, phase: number): void {
    const head = book << 4
    this.heads[head + BEST_BID] = -1
    this.heads[head + BEST_ASK] = this.stride
    this.heads[head + PHASE] = phase
    this.heads[head + ASIDE_HEAD] = 0
    this.heads[head + ASIDE_TAIL] = 0
    this.heads[head + DIRECTED_COUNT] = 0
  }

  /** Puts an order behind its equals. */
  append(slot: number, book: number, tick: number, side: number, quantity: number): void {
    const { cells, words } = this
    const level = (book << this.shift) | tick
    const cell = level << 2
    const order = slot << 3
    const last = cells[cell + 1]!
    words[order + NEXT] = 0
    words[order + PREVIOUS] = last
    words[order + LEVEL] = level
    cells[cell + 1] = slot
    this.sums[(level << 1) + 1]! += quantity
    if (last !== 0) {
      words[(last << 3) + NEXT] = slot
      return
    }
    cells[cell] = slot
    this.mark(book, tick)
    const best = (book << 4) + side
    const known = this.heads[best]!
    if (side === 0 ? tick > known : tick < known) this.heads[best] = tick
  }

  /** Takes an order out of its level. */
  unlink(slot: number, side: number): void {
    const { cells, words } = this
    const order = slot << 3
    const level = words[order + LEVEL]!
    const next = words[order + NEXT]!
    const previous = words[order + PREVIOUS]!
    this.sums[(level << 1) + 1]! -= words[order + QUANTITY]!
    if (previous !== 0) words[(previous << 3) + NEXT] = next
    else cells[level << 2] = next
    if (next !== 0) words[(next << 3) + PREVIOUS] = previous
    else cells[(level << 2) + 1] = previous
    if ((previous | next) === 0) this.emptied(level, side)
  }

  /** The last order of a level is gone. */
  emptied(level: number, side: number): void {
    const book = level >>> this.shift
    const tick = level & (this.stride - 1)
    this.unmark(book, tick)
    const best = (book << 4) + side
    if (this.heads[best] === tick) this.heads[best] = side === 0 ? this.below(book, tick) : this.above(book, tick)
  }

  /** The first order of a level came. */
  mark(book: number, tick: number): void {
    const leaf = tick >>> 5
    const at = (book << this.leafShift) + leaf
    const word = this.leaves[at]!
    this.leaves[at] = word | (1 << (tick & 31))
    if (word !== 0) return
    const middle = leaf >>> 5
    this.middles[(book << this.middleShift) + middle]! |= 1 << (leaf & 31)
    if (this.isWide) this.uppers[(book << this.upperShift) + (middle >>> 5)]! |= 1 << (middle & 31)
    this.heads[(book << 4) + TOP]! |= 1 << (this.isWide ? middle >>> 5 : middle)
  }

  private unmark(book: number, tick: number): void {
    const leaf = tick >>> 5
    const at = (book << this.leafShift) + leaf
    const word = this.leaves[at]! & ~(1 << (tick & 31))
    this.leaves[at] = word
    if (word !== 0) return
    const middle = leaf >>> 5
    const rest = this.middles[(book << this.middleShift) + middle]! & ~(1 << (leaf & 31))
    this.middles[(book << this.middleShift) + middle] = rest
    if (rest === 0) this.unmarkMiddle(book, middle)
  }

  private unmarkMiddle(book: number, middle: number): void {
    let top = middle
    if (this.isWide) {
      top = middle >>> 5
      const rest = this.uppers[(book << this.upperShift) + top]! & ~(1 << (middle & 31))
      this.uppers[(book << this.upperShift) + top] = rest
      if (rest !== 0) return
    }
    this.heads[(book << 4) + TOP]! &= ~(1 << top)
  }

  /** The next middle word above `middle` that has orders, or -1. */
  private middleAbove(book: number, middle: number): number {
    let top = middle
    if (this.isWide) {
      top = middle >>> 5
      const word = this.uppers[(book << this.upperShift) + top]! & ((-1 << (middle & 31)) << 1)
      if (word !== 0) return (top << 5) + lowestBit(word)
    }
    const above = this.heads[(book << 4) + TOP]! & ((-1 << top) << 1)
    if (above === 0) return -1
    top = lowestBit(above)
    return this.isWide ? (top << 5) + lowestBit(this.uppers[(book << this.upperShift) + top]!) : top
  }

  /** The next middle word below `middle` that has orders, or -1. */
  private middleBelow(book: number, middle: number): number {
    let top = middle
    if (this.isWide) {
      top = middle >>> 5
      const word = this.uppers[(book << this.upperShift) + top]! & ~(-1 << (middle & 31))
      if (word !== 0) return (top << 5) + highestBit(word)
    }
    const below = this.heads[(book << 4) + TOP]! & ~(-1 << top)
    if (below === 0) return -1
    top = highestBit(below)
    return this.isWide ? (top << 5) + highestBit(this.uppers[(book << this.upperShift) + top]!) : top
  }

  /** The next higher tick with orders, or `stride`. */
  above(book: number, tick: number): number {
    const leaves = book << this.leafShift
    let leaf = tick >>> 5
    // Two shifts: one by 32 would be one by 0.
    let word = this.leaves[leaves + leaf]! & ((-1 << (tick & 31)) << 1)
    if (word !== 0) return (leaf << 5) + lowestBit(word)
    let middle = leaf >>> 5
    word = this.middles[(book << this.middleShift) + middle]! & ((-1 << (leaf & 31)) << 1)
    if (word === 0) {
      middle = this.middleAbove(book, middle)
      if (middle === -1) return this.stride
      word = this.middles[(book << this.middleShift) + middle]!
    }
    leaf = (middle << 5) + lowestBit(word)
    return (leaf << 5) + lowestBit(this.leaves[leaves + leaf]!)
  }

  /** The next lower tick with orders, or -1. */
  below(book: number, tick: number): number {
    const leaves = book << this.leafShift
    let leaf = tick >>> 5
    let word = this.leaves[leaves + leaf]! & ~(-1 << (tick & 31))
    if (word !== 0) return (leaf << 5) + highestBit(word)
    let middle = leaf >>> 5
    word = this.middles[(book << this.middleShift) + middle]! & ~(-1 << (leaf & 31))
    if (word === 0) {
      middle = this.middleBelow(book, middle)
      if (middle === -1) return -1
      word = this.middles[(book << this.middleShift) + middle]!
    }
    leaf = (middle << 5) + highestBit(word)
    return (leaf << 5) + highestBit(this.leaves[leaves + leaf]!)
  }
}
