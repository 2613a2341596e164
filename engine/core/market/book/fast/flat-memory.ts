import { joined, highOf, lowOf } from "../event-log.ts"
import { assertRules, tickBits, ticksOf, type BookRules } from "../rules.ts"
import { assemble, type Assembly, type Callbacks } from "./assembly.ts"
import * as layout from "./layout.ts"
import { HASH_MULTIPLIERS, ID_MIXERS } from "./multipliers.ts"
import { ACCOUNT_BYTES, HEAD_BYTES, ID_BYTES, idEntries, LEVEL_BYTES, ORDER_BYTES, placesFor, type Places } from "./places.ts"

const { ACCOUNT_COUNT, ACCOUNT_MASK, ACCOUNTS, ASIDE_HEAD, BEST_ASK, BEST_BID, BOOKS, CAPACITY, COUNTERPARTIES, FIRST, FRESH, HEADS, ID_MASK, IDS, LEAVES, LEVEL, LEVELS, LIVE, LOCKS, MAXIMUM_DIRECTED, MAXIMUM_OPEN, MAXIMUM_PRICE, MAXIMUM_QUANTITY, MIDDLES, MINIMUM_PRICE, MINIMUM_QUANTITY, MIXERS, MULTIPLIERS, NEXT, ORDERS, OWNER, PHASE, PRICE_TICK, SHIFT, STAMPS, STRIDE, TARIFFS, TERMS_MASK, TERMS_SHIFT, TICK_MASK, TICKS, TIMES, UPPERS, WHO } = layout

/** What is no 32-bit whole number is -1, which every check refuses: WebAssembly would make another number of it. */
export const whole = (value: number): number => ((value | 0) === value ? value : -1)

/** Whether a number is one of `count` that begin at 0. */
export const isBelow = (value: number, count: number): boolean => Number.isInteger(value) && value >= 0 && value < count

/** The assembly, its memory under a market's rules, and ways to read it. What is read here is rare: commands run inside. */
export class FlatMemory {
  readonly rules: BookRules
  readonly ticks: number
  /** level = book << shift | tick. */
  readonly shift: number
  readonly stride: number
  readonly words: Int32Array
  readonly doubles: Float64Array
  readonly assembly: Assembly
  readonly places: Places

  constructor(rules: BookRules, callbacks: Callbacks) {
    assertRules(rules)
    this.rules = rules
    this.ticks = ticksOf(rules)
    this.shift = tickBits(rules)
    this.stride = 1 << this.shift
    this.places = placesFor(rules)
    const { buffer, calls } = assemble(this.places.end, callbacks)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
    this.assembly = calls
    this.writeRules()
    this.writePlaces()
    this.words.set(HASH_MULTIPLIERS, MULTIPLIERS >>> 2)
    this.words.set(ID_MIXERS, MIXERS >>> 2)
    this.put(FRESH, this.places.orders + ORDER_BYTES)
  }

  private writeRules(): void {
    const { rules } = this
    this.put(MINIMUM_PRICE, rules.minimumPrice)
    this.put(MAXIMUM_PRICE, rules.maximumPrice)
    this.put(PRICE_TICK, rules.priceTick)
    this.put(MINIMUM_QUANTITY, rules.minimumQuantity)
    this.put(MAXIMUM_QUANTITY, rules.maximumQuantity)
    this.put(MAXIMUM_OPEN, rules.maximumOpen)
    this.put(MAXIMUM_DIRECTED, rules.maximumDirected)
    this.put(BOOKS, rules.books)
    this.put(ACCOUNT_COUNT, rules.accounts)
    this.put(CAPACITY, rules.orders)
    this.put(SHIFT, this.shift)
    this.put(STRIDE, this.stride)
    this.put(TICK_MASK, this.stride - 1)
    this.put(TICKS, this.ticks)
    this.put(ID_MASK, (idEntries(rules) - 1) * ID_BYTES)
    this.put(LOCKS, rules.tariffs.length === 0 ? 0 : -1)
    for (const [tariff, { residualSupplyPrice, feedInPrice }] of rules.tariffs.entries()) {
      this.put(TARIFFS + tariff * 16, residualSupplyPrice)
      this.put(TARIFFS + tariff * 16 + 4, feedInPrice)
    }
  }

  private writePlaces(): void {
    const { places } = this
    this.put(ACCOUNTS, places.accounts)
    this.put(IDS, places.ids)
    this.put(ORDERS, places.orders)
    this.put(LEAVES, places.leaves)
    this.put(MIDDLES, places.middles)
    this.put(UPPERS, places.uppers)
    this.put(COUNTERPARTIES, places.counterparties)
    this.put(TIMES, places.times)
    this.put(LEVELS, places.levels)
  }

  at(address: number): number {
    return this.words[address >>> 2]!
  }
  put(address: number, value: number): void {
    this.words[address >>> 2] = value
  }
  /** A 64-bit number, exact below 2^53. */
  longAt(address: number): number {
    return joined(this.at(address), this.at(address + 4))
  }
  putLong(address: number, value: number): void {
    this.put(address, lowOf(value))
    this.put(address + 4, highOf(value))
  }

  get live(): number {
    return this.at(LIVE)
  }
  /** Priority stamps given so far, below 2^32. */
  get stamps(): number {
    return this.at(STAMPS) >>> 0
  }
  set stamps(value: number) {
    this.put(STAMPS, value)
  }

  /** Orders beside the ladder are counted and linked where they come and leave: of a book that closed none is left. */
  openHead(book: number, phase: number): void {
    const head = HEADS + book * HEAD_BYTES
    this.put(head + BEST_BID, -1)
    this.put(head + BEST_ASK, this.stride)
    this.put(head + PHASE, phase)
  }

  priceOf(tick: number): number {
    return this.rules.minimumPrice + tick * this.rules.priceTick
  }
  tickAt(order: number): number {
    return this.at(order + LEVEL) & (this.stride - 1)
  }
  termsAt(order: number): number {
    return (this.at(order + WHO) >>> TERMS_SHIFT) & TERMS_MASK
  }
  accountAt(order: number): number {
    return this.at(order + WHO) & ACCOUNT_MASK
  }
  /** Owner + 1 of an account that exists, else 0. */
  ownerOf(account: number): number {
    return this.at(this.purseOf(account) + OWNER)
  }
  /** Where an account lies. */
  purseOf(account: number): number {
    return this.places.accounts + account * ACCOUNT_BYTES
  }

  cellOf(book: number, tick: number): number {
    return this.places.levels + ((book << this.shift) | tick) * LEVEL_BYTES
  }

  /** Whether a side's best tick is one: an empty side has one beyond its end of the band. */
  isTick(tick: number): boolean {
    return tick >= 0 && tick < this.stride
  }

  /** Calls `visit` for each price of a side that has orders, best first, while it answers true. */
  eachPrice(book: number, side: number, visit: (tick: number, first: number) => boolean): void {
    let tick = this.at(HEADS + book * HEAD_BYTES + side * 4)
    while (this.isTick(tick) && visit(tick, this.at(this.cellOf(book, tick) + FIRST))) {
      tick = side === 0 ? this.assembly.below(book, tick) : this.assembly.above(book, tick)
    }
  }

  /** Orders of one side on the ladder, in price-time order. */
  onLadder(book: number, side: number): Array<number> {
    const found: Array<number> = []
    this.eachPrice(book, side, (_, first) => {
      for (let order = first; order !== 0; order = this.at(order + NEXT)) found.push(order)
      return true
    })
    return found
  }

  /** Orders beside the ladder, oldest first. */
  aside(book: number): Array<number> {
    const found: Array<number> = []
    for (let order = this.at(HEADS + book * HEAD_BYTES + ASIDE_HEAD); order !== 0; order = this.at(order + NEXT)) found.push(order)
    return found
  }

  /** The pages that orders, levels and ids use, for those who want to touch or count them. */
  get pool(): { readonly words: Int32Array; readonly live: number; readonly capacity: number } {
    return { words: this.part(this.places.orders, this.places.leaves), live: this.live, capacity: this.rules.orders }
  }
  get ladder(): { readonly cells: Int32Array; readonly sums: Float64Array } {
    return { cells: this.part(this.places.levels, this.places.end), sums: this.doubles.subarray(this.places.levels / 8) }
  }
  get ids(): { readonly entries: Int32Array } {
    return { entries: this.part(this.places.ids, this.places.orders) }
  }
  private part(from: number, to: number): Int32Array {
    return this.words.subarray(from >>> 2, to >>> 2)
  }
}
