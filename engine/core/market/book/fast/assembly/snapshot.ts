import { ACCOUNT_MASK, AHEAD, BATCH, BATCH_LIMIT, COUNT, COUNTERPARTIES, DIRECTED, FIRST, ID, NEXT, ORDERS, QUANTITY, RESUME_ORDER, RESUME_TICK, STAMP, STRIDE, TERMS_MASK, TERMS_SHIFT, TIMED, TIMES, WHO } from "../layout.ts"
import { above, below } from "./bitmap.ts"
import { cellOf, levelOf, priceOf, tickAt } from "./state.ts"

/** An order's words at most: seven, its time, eight counterparties. */
const MOST_BYTES = 68
/** Levels whose orders are fetched at a time. */
const LEVELS_AHEAD = 32

/** Writes an order as a snapshot holds it (snapshot-form.ts); returns where the next one goes. */
@inline
function put(at: i32, order: i32): i32 {
  const who = load<i32>(order, WHO)
  store<i32>(at, who & ACCOUNT_MASK)
  store<i64>(at, load<i64>(order, ID), 4)
  store<i32>(at, priceOf(tickAt(order)), 16)
  store<i32>(at, load<i32>(order, QUANTITY), 20)
  store<i32>(at, load<i32>(order, STAMP), 24)
  let packed = (who >>> TERMS_SHIFT) & TERMS_MASK
  let end = at + 28
  if ((who & TIMED) != 0) {
    packed |= 256
    store<i64>(end, <i64>load<f64>(load<i32>(TIMES) + ((order - load<i32>(ORDERS)) >>> 2)))
    end += 8
  }
  if ((who & DIRECTED) != 0) {
    const names = load<i32>(COUNTERPARTIES) + (order - load<i32>(ORDERS))
    for (let name = names; name < names + 32 && load<i32>(name) != 0; name += 4, end += 4) {
      store<i32>(end, load<i32>(name) - 1)
      packed += 512
    }
  }
  store<i32>(at, packed, 12)
  return end
}

@inline
function nextTick(book: i32, side: i32, tick: i32): i32 {
  return side == 0 ? below(book, tick) : above(book, tick)
}

/** Fetches the orders of the next levels: first of all levels, then the seconds, and so on, so that their cache misses overlap. */
function fetch(book: i32, side: i32, from: i32, ticks: i32): void {
  let end = AHEAD
  for (let tick = from; end < AHEAD + (LEVELS_AHEAD << 2) && tick >= 0 && tick < ticks; tick = nextTick(book, side, tick), end += 4) store<i32>(end, load<i32>(cellOf(levelOf(book, tick)), FIRST))
  for (let generation = 0; generation < 4; generation++) {
    let left = 0
    for (let at = AHEAD; at < end; at += 4) {
      const order = load<i32>(at)
      if (order == 0) continue
      const next = load<i32>(order, NEXT)
      store<i32>(at, next)
      left |= next
    }
    if (left == 0) break
  }
}

/**
 * Writes orders of a list (0 bids, 1 asks, 2 aside) to BATCH, from `order` at `tick` on. Returns where the last ends; COUNT
 * tells how many, RESUME_TICK and RESUME_ORDER where to go on.
 */
export function writeOrders(book: i32, list: i32, firstTick: i32, firstOrder: i32): i32 {
  const ticks = load<i32>(STRIDE)
  let tick = firstTick
  let order = firstOrder
  let at = BATCH
  let count = 0
  let fetched = 0
  while (order != 0) {
    while (order != 0) {
      if (at > BATCH_LIMIT - MOST_BYTES) {
        store<i32>(RESUME_TICK, tick)
        store<i32>(RESUME_ORDER, order)
        store<i32>(COUNT, count)
        return at
      }
      at = put(at, order)
      count++
      order = load<i32>(order, NEXT)
    }
    if (list == 2) break
    tick = nextTick(book, list, tick)
    if (tick < 0 || tick >= ticks) break
    if (fetched == 0) {
      fetch(book, list, tick, ticks)
      fetched = LEVELS_AHEAD
    }
    fetched--
    order = load<i32>(cellOf(levelOf(book, tick)), FIRST)
  }
  store<i32>(RESUME_ORDER, 0)
  store<i32>(COUNT, count)
  return at
}
