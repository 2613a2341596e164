import { ACCOUNT_MASK, ASIDE, ID, LEVEL, OPEN, QUANTITY, SUM, TERMS_SHIFT, TIMED, WHO } from "../layout.ts"
import { BY_OWNER, CLOSED, REDUCED } from "../../event-kinds.ts"
import { unlinkAside } from "./aside.ts"
import { lock, purseOf, rate, tariffOf } from "./credit.ts"
import { hashOf, remove, vacate } from "./ids.ts"
import { unlink } from "./ladder.ts"
import { note } from "./log.ts"
import { give } from "./pool.ts"
import { bookAt, cellOf, priceOf, sideAt, tickAt } from "./state.ts"

/** An order that was good till a time is gone. */
@external("books", "untimed")
export declare function untimed(order: i32): void

/** Takes an order out of its account. */
@inline
function leave(order: i32, who: i32): void {
  const purse = purseOf(who & ACCOUNT_MASK)
  store<i32>(purse, load<i32>(purse, OPEN) - 1, OPEN)
  if ((who & TIMED) != 0) untimed(order)
}

/** Takes an order out of its account and the table of ids. */
@inline
export function forget(order: i32, who: i32, id: i64): void {
  remove(order, hashOf(who & ACCOUNT_MASK, id))
  leave(order, who)
}

/** Takes an order off its list. */
@inline
export function detach(order: i32): void {
  if ((load<i32>(order, WHO) & ASIDE) != 0) unlinkAside(order)
  else unlink(order, sideAt(order))
}

/** Takes an order out of the book for good. */
export function drop(order: i32): void {
  detach(order)
  forget(order, load<i32>(order, WHO), load<i64>(order, ID))
  give(order)
}

/** Writes an event about a resting order, at its own price, and frees what `quantity` Wh of it lock. */
@inline
function tell(order: i32, kind: i32, quantity: i32, rest: i32): void {
  const who = load<i32>(order, WHO)
  const book = bookAt(order)
  const price = priceOf(tickAt(order))
  note(kind | (book << 16), who & ACCOUNT_MASK, load<i64>(order, ID), price, quantity, rest)
  lock(purseOf(who & ACCOUNT_MASK), -(rate(tariffOf(book), (who >>> TERMS_SHIFT) & 1, price) * <i64>quantity))
}

/** Closes an order by its owner's wish, whose place in the table of ids was just looked up. */
@inline
export function closeAt(place: i32, order: i32): void {
  tell(order, CLOSED | (BY_OWNER << 8), load<i32>(order, QUANTITY), 0)
  detach(order)
  vacate(place)
  leave(order, load<i32>(order, WHO))
  give(order)
}

export function closeOrder(order: i32, reason: i32): void {
  tell(order, CLOSED | (reason << 8), load<i32>(order, QUANTITY), 0)
  drop(order)
}

/** Takes `by` Wh, no more than are open, off a resting order. */
export function reduceOrder(order: i32, by: i32, reason: i32): void {
  const left = load<i32>(order, QUANTITY) - by
  tell(order, REDUCED | (reason << 8), by, left)
  shrink(order, left)
}

/** `left` Wh of a resting order remain; at 0 it is gone. */
export function shrink(order: i32, left: i32): void {
  if ((load<i32>(order, WHO) & ASIDE) == 0) {
    const cell = cellOf(load<i32>(order, LEVEL))
    store<f64>(cell, load<f64>(cell, SUM) - <f64>(load<i32>(order, QUANTITY) - left), SUM)
  }
  store<i32>(order, left, QUANTITY)
  if (left == 0) drop(order)
}
