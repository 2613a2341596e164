import * as rules from "../rules.ts"
import * as layout from "./layout.ts"
import type { Ladder } from "./ladder.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { MOST_NAMED } = rules
const { ASIDE, ASIDE_HEAD, ASIDE_TAIL, DIRECTED, DIRECTED_COUNT, LEVEL, NEXT, PREVIOUS, WHO } = layout

/**
 * Orders that are not on the ladder, in one list a book, oldest first: directed ones, which may cross what rests without
 * meeting it, and those collected for the call. The ladder never sees them, so they stand in nobody's way.
 */
export class AsideOrders {
  private readonly words: Int32Array
  private readonly ladder: Ladder
  private readonly capacity: number
  /** Eight words an order: owner + 1 of each named counterparty, ended by 0. Made when the first directed order comes. */
  private named: Int32Array | undefined

  constructor(words: Int32Array, ladder: Ladder, capacity: number) {
    this.words = words
    this.ladder = ladder
    this.capacity = capacity
  }

  append(slot: number, book: number, tick: number): void {
    const { words } = this
    const { heads, shift } = this.ladder
    const order = slot << 3
    const head = book << 4
    const last = heads[head + ASIDE_TAIL]!
    words[order + NEXT] = 0
    words[order + PREVIOUS] = last
    words[order + LEVEL] = (book << shift) | tick
    words[order + WHO]! |= ASIDE
    if (last === 0) heads[head + ASIDE_HEAD] = slot
    else words[(last << 3) + NEXT] = slot
    heads[head + ASIDE_TAIL] = slot
    if ((words[order + WHO]! & DIRECTED) !== 0) heads[head + DIRECTED_COUNT]!++
  }

  unlink(slot: number): void {
    const { words } = this
    const { heads, shift } = this.ladder
    const order = slot << 3
    const head = (words[order + LEVEL]! >>> shift) << 4
    const next = words[order + NEXT]!
    const previous = words[order + PREVIOUS]!
    if (previous === 0) heads[head + ASIDE_HEAD] = next
    else words[(previous << 3) + NEXT] = next
    if (next === 0) heads[head + ASIDE_TAIL] = previous
    else words[(next << 3) + PREVIOUS] = previous
    words[order + WHO]! &= ~ASIDE
    if ((words[order + WHO]! & DIRECTED) !== 0) heads[head + DIRECTED_COUNT]!--
  }

  first(book: number): number {
    return this.ladder.heads[(book << 4) + ASIDE_HEAD]!
  }

  /** Remembers who may meet the order. */
  name(slot: number, owners: ReadonlyArray<number>): void {
    this.named ??= new Int32Array((this.capacity + 1) * MOST_NAMED)
    const at = slot * MOST_NAMED
    for (let place = 0; place < MOST_NAMED; place++) this.named[at + place] = place < owners.length ? owners[place]! + 1 : 0
    this.words[(slot << 3) + WHO]! |= DIRECTED
  }

  isDirected(slot: number): boolean {
    return (this.words[(slot << 3) + WHO]! & DIRECTED) !== 0
  }

  /** Owners that an order names; empty for one that anybody may meet. */
  namedBy(slot: number): Array<number> {
    const owners: Array<number> = []
    if (!this.isDirected(slot)) return owners
    const at = slot * MOST_NAMED
    for (let place = 0; place < MOST_NAMED && this.named![at + place] !== 0; place++) owners.push(this.named![at + place]! - 1)
    return owners
  }

  /** Whether `owner` may meet the order. */
  mayMeet(slot: number, owner: number): boolean {
    if (!this.isDirected(slot)) return true
    const at = slot * MOST_NAMED
    for (let place = 0; place < MOST_NAMED; place++) if (this.named![at + place] === owner + 1) return true
    return false
  }
}
