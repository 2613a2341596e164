import { ACCOUNT_MASK, ASIDE, ASIDE_HEAD, ASIDE_TAIL, BEST_BID, COUNTERPARTIES, DIRECTED, DIRECTED_COUNT, FIRST, HEADS, LEVEL, NAMES, NEXT, ORDERS, OWNER, PREVIOUS, QUANTITY, STAMP, WHO } from "../layout.ts"
import { above, below } from "./bitmap.ts"
import { purseOf } from "./credit.ts"
import { bookAt, cellOf, isBetter, levelOf, sideAt, tickAt } from "./state.ts"

// Orders that are not on the ladder, in one list a book, oldest first: directed ones, which may cross what rests without
// meeting it, and those collected for the call. The ladder never sees them, so they stand in nobody's way.

export function appendAside(order: i32, book: i32, tick: i32, quantity: i32): void {
  const head = HEADS + (book << 6)
  const last = load<i32>(head, ASIDE_TAIL)
  store<i32>(order, 0, NEXT)
  store<i32>(order, last, PREVIOUS)
  store<i32>(order, quantity, QUANTITY)
  store<i32>(order, levelOf(book, tick), LEVEL)
  const who = load<i32>(order, WHO) | ASIDE
  store<i32>(order, who, WHO)
  if (last == 0) store<i32>(head, order, ASIDE_HEAD)
  else store<i32>(last, order, NEXT)
  store<i32>(head, order, ASIDE_TAIL)
  if ((who & DIRECTED) != 0) store<i32>(head, load<i32>(head, DIRECTED_COUNT) + 1, DIRECTED_COUNT)
}

export function unlinkAside(order: i32): void {
  const head = HEADS + (bookAt(order) << 6)
  const next = load<i32>(order, NEXT)
  const previous = load<i32>(order, PREVIOUS)
  if (previous == 0) store<i32>(head, next, ASIDE_HEAD)
  else store<i32>(previous, next, NEXT)
  if (next == 0) store<i32>(head, previous, ASIDE_TAIL)
  else store<i32>(next, previous, PREVIOUS)
  const who = load<i32>(order, WHO) & ~ASIDE
  store<i32>(order, who, WHO)
  if ((who & DIRECTED) != 0) store<i32>(head, load<i32>(head, DIRECTED_COUNT) - 1, DIRECTED_COUNT)
}

/** Where a directed order's counterparties stand. */
@inline
function counterparties(order: i32): i32 {
  return load<i32>(COUNTERPARTIES) + (order - load<i32>(ORDERS))
}

/** Remembers who may meet the order: those of the order in progress. */
export function name(order: i32): void {
  memory.copy(counterparties(order), NAMES, 32)
  store<i32>(order, load<i32>(order, WHO) | DIRECTED, WHO)
}

/** Makes a resting order's counterparties those of the order in progress; returns whether it has any. */
export function recallNames(order: i32): bool {
  if ((load<i32>(order, WHO) & DIRECTED) == 0) {
    store<i32>(NAMES, 0)
    return false
  }
  memory.copy(NAMES, counterparties(order), 32)
  return true
}

function isAmong(list: i32, owner: i32): bool {
  for (let at = list; at < list + 32; at += 4) {
    const one = load<i32>(at)
    if (one == 0) return false
    if (one == owner) return true
  }
  return false
}

function mayMeet(order: i32, owner: i32): bool {
  return (load<i32>(order, WHO) & DIRECTED) == 0 || isAmong(counterparties(order), owner)
}

/** Whether the order in progress may meet a resting one. */
function isNamed(order: i32): bool {
  return load<i32>(NAMES) == 0 || isAmong(NAMES, load<i32>(purseOf(load<i32>(order, WHO) & ACCOUNT_MASK), OWNER))
}

function bestOnLadder(book: i32, side: i32, limit: i32): i32 {
  let tick = load<i32>(HEADS + (book << 6) + ((1 - side) << 2), BEST_BID)
  while (side == 0 ? tick <= limit : tick >= limit && tick >= 0) {
    for (let order = load<i32>(cellOf(levelOf(book, tick)), FIRST); order != 0; order = load<i32>(order, NEXT)) if (isNamed(order)) return order
    tick = side == 0 ? above(book, tick) : below(book, tick)
  }
  return 0
}

/** Price-time order of two orders of one side. */
export function comesBefore(left: i32, right: i32): bool {
  const leftTick = tickAt(left)
  const rightTick = tickAt(right)
  if (leftTick != rightTick) return isBetter(sideAt(left), leftTick, rightTick)
  return load<u32>(left, STAMP) < load<u32>(right, STAMP)
}

/** The resting order that an incoming one of `owner` may meet first, or 0. */
export function bestFor(book: i32, side: i32, limit: i32, owner: i32): i32 {
  let best = bestOnLadder(book, side, limit)
  for (let order = load<i32>(HEADS + (book << 6), ASIDE_HEAD); order != 0; order = load<i32>(order, NEXT)) {
    const tick = tickAt(order)
    if (sideAt(order) == side || isBetter(side, tick, limit)) continue
    if (!mayMeet(order, owner) || !isNamed(order)) continue
    if (best == 0 || comesBefore(order, best)) best = order
  }
  return best
}
