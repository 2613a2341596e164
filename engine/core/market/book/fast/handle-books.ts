import type { BookRules } from "../rules.ts"
import { FlatMemory, whole } from "./flat-memory.ts"
import * as layout from "./layout.ts"
import { OPEN_PHASE } from "../phases.ts"

/** More than any market allows, and still a 32-bit number. */
const TOO_MUCH = 0x7fff_ffff

const { TRADED_NOTIONAL, TRADED_QUANTITY, TRADES } = layout

const never = (): never => {
  throw new Error("matching by handle writes no events and keeps no times")
}

/**
 * Matching alone, by engine-issued handles (order and stamp): no ids, credit, events or hash. For callers that keep all
 * that elsewhere, and to measure what the rest costs.
 */
export class HandleBooks extends FlatMemory {
  constructor(rules: BookRules) {
    super(rules, { spill: never, timed: never, untimed: never, isFillable: never })
  }

  get trades(): number {
    return this.longAt(TRADES)
  }
  get quantity(): number {
    return this.longAt(TRADED_QUANTITY)
  }
  /** Ticks x Wh. */
  get notional(): number {
    return this.longAt(TRADED_NOTIONAL)
  }
  /** Stamp of the order that was placed or moved last: with the order its handle. */
  get stamp(): number {
    return this.stamps | 0
  }

  open(book: number): void {
    this.openHead(book, OPEN_PHASE)
  }

  /**
   * Returns the order that rests, 0 if none does, or -status: UnknownTerms (a side that is none), UnknownAccount, BookClosed,
   * PriceOutsideBand, QuantityTooSmall, QuantityTooLarge, PoolFull, StampsUsedUp. A refused order changes nothing.
   */
  place(book: number, side: number, tick: number, quantity: number, account: number, rests: boolean): number {
    return this.assembly.placeAlone(whole(book), whole(side), whole(tick), whole(Math.min(quantity, TOO_MUCH)), whole(account), rests)
  }

  /** Returns a status: Accepted, or StaleHandle where the order has left, whoever has its place now. */
  cancel(order: number, stamp: number): number {
    return this.assembly.cancelAlone(order, stamp)
  }

  /** Returns the order, which rests with a new stamp, 0 if it is filled, or -status: PriceOutsideBand, StaleHandle, StampsUsedUp. */
  move(order: number, stamp: number, tick: number): number {
    return this.assembly.moveAlone(order, stamp, whole(tick))
  }
}
