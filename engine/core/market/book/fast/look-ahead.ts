import * as commands from "../commands.ts"
import type { BookRules } from "../rules.ts"
import { hashOf, type IdTable } from "./id-table.ts"
import type { Ladder } from "./ladder.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { COMMAND_WORDS, PLACE } = commands
const { LEVEL, NEXT, PREVIOUS } = layout

/** Commands that are looked at before the first of them runs: as many as cache lines can be on their way and stay. */
export const LOOK_AHEAD = 16

/**
 * Reads what a block of commands is about to need, without changing anything: ids first, then the orders they name, then
 * those orders' neighbours and levels. Within one step no read waits for another, so their cache misses overlap; the
 * commands then run in their order and find the lines near. What a command changes meanwhile does not matter: it looks
 * again itself.
 */
export class LookAhead {
  /** Hash of each command's id. */
  readonly hashes = new Int32Array(LOOK_AHEAD)
  private readonly slots = new Int32Array(LOOK_AHEAD)
  /** Keeps the compiler from dropping reads that nobody uses. */
  private seen = 0
  private readonly rules: BookRules
  private readonly ladder: Ladder
  private readonly ids: IdTable
  private readonly words: Int32Array

  constructor(rules: BookRules, ladder: Ladder, ids: IdTable, words: Int32Array) {
    this.rules = rules
    this.ladder = ladder
    this.ids = ids
    this.words = words
  }

  /** Looks at `count` commands from word `at` on. */
  read(commands: Int32Array, at: number, count: number): void {
    this.seen = (this.seen + this.readIds(commands, at, count)) | 0
    this.seen = (this.seen + this.readOrders(commands, at, count)) | 0
    this.seen = (this.seen + this.readNeighbours(count)) | 0
  }

  private readIds(commands: Int32Array, at: number, count: number): number {
    const { hashes } = this
    const { entries, mask } = this.ids
    let seen = 0
    for (let index = 0, from = at; index < count; index++, from += COMMAND_WORDS) {
      const hash = hashOf(commands[from + 1]!, commands[from + 2]!, commands[from + 3]!)
      hashes[index] = hash
      seen ^= entries[(hash & mask) << 1]!
    }
    return seen
  }

  /** Level of a price in a book, 0 where there is none. */
  private levelOf(book: number, price: number): number {
    const { minimumPrice, maximumPrice, priceTick, books } = this.rules
    if (book >= books || price < minimumPrice || price > maximumPrice) return 0
    return (book << this.ladder.shift) | (((price - minimumPrice) / priceTick) | 0)
  }

  private readOrders(commands: Int32Array, at: number, count: number): number {
    const { hashes, slots, words } = this
    const { entries, mask } = this.ids
    const { cells } = this.ladder
    let seen = 0
    for (let index = 0, from = at; index < count; index++, from += COMMAND_WORDS) {
      const head = commands[from]!
      const operation = head & 255
      if (operation === PLACE) {
        slots[index] = 0
        const cell = this.levelOf(head >>> 16, commands[from + 4]!) << 2
        seen ^= cells[cell]!
        continue
      }
      const hash = hashes[index]!
      let place = hash & mask
      while (entries[place << 1] !== 0 && entries[(place << 1) + 1] !== hash) place = (place + 1) & mask
      const slot = entries[place << 1]!
      slots[index] = slot
      seen ^= words[slot << 3]!
    }
    return seen
  }

  private readNeighbours(count: number): number {
    const { slots, words } = this
    const { cells } = this.ladder
    let seen = 0
    for (let index = 0; index < count; index++) {
      const order = slots[index]! << 3
      if (order === 0) continue
      seen ^= words[words[order + NEXT]! << 3]! ^ words[words[order + PREVIOUS]! << 3]! ^ cells[words[order + LEVEL]! << 2]!
    }
    return seen
  }
}
