import { BEST_BID, HEADS, LAST, LEVEL, NEXT, PREVIOUS, QUANTITY, STAMP, STAMPS, SUM } from "../layout.ts"
import { above, below, mark, unmark } from "./bitmap.ts"
import { bookIn, cellOf, isBetter, levelOf, tickIn } from "./state.ts"

// Price levels of all books, shared by both sides: a price holds bids or asks, never both, because what rests on the ladder
// never crosses.

/** The last order of a level is gone: finds the side's next best price. */
export function emptied(level: i32, side: i32): void {
  unmark(level)
  const book = bookIn(level)
  const tick = tickIn(level)
  const best = HEADS + (book << 6) + (side << 2)
  if (load<i32>(best, BEST_BID) == tick) store<i32>(best, side == 0 ? below(book, tick) : above(book, tick), BEST_BID)
}

/** Puts an order behind its equals. */
@inline
export function append(order: i32, book: i32, tick: i32, side: i32, quantity: i32): void {
  const level = levelOf(book, tick)
  const cell = cellOf(level)
  const last = load<i32>(cell, LAST)
  store<i32>(order, 0, NEXT)
  store<i32>(order, last, PREVIOUS)
  store<i32>(order, quantity, QUANTITY)
  store<i32>(order, level, LEVEL)
  store<i32>(cell, order, LAST)
  store<f64>(cell, load<f64>(cell, SUM) + <f64>quantity, SUM)
  store<i32>(select(last, cell, last != 0), order, NEXT)
  if (last != 0) return
  const best = HEADS + (book << 6) + (side << 2)
  if (isBetter(side, tick, load<i32>(best, BEST_BID))) store<i32>(best, tick, BEST_BID)
  mark(level)
}

/** Lets an order rest with a new stamp, behind its equals. */
@inline
export function restOnLadder(order: i32, book: i32, tick: i32, side: i32, quantity: i32): void {
  const stamp = load<i32>(STAMPS) + 1
  store<i32>(STAMPS, stamp)
  store<i32>(order, stamp, STAMP)
  append(order, book, tick, side, quantity)
}

/** Takes an order out of its level. */
@inline
export function unlink(order: i32, side: i32): void {
  const level = load<i32>(order, LEVEL)
  const cell = cellOf(level)
  const next = load<i32>(order, NEXT)
  const previous = load<i32>(order, PREVIOUS)
  store<f64>(cell, load<f64>(cell, SUM) - <f64>load<i32>(order, QUANTITY), SUM)
  // A level is to its orders as their neighbour at both ends: what is next after it is its first, what is before it its last.
  store<i32>(select(previous, cell, previous != 0), next, NEXT)
  store<i32>(select(next, cell, next != 0), previous, PREVIOUS)
  if ((previous | next) == 0) emptied(level, side)
}
