import { CAPACITY, FRESH, LEVEL, LIVE, ORDERS, QUANTITY, SHIFT, STAMP, STAMPS, TERMS_SHIFT, WHO } from "../layout.ts"
import { append, unlink } from "./ladder.ts"
import { matchAlone } from "./matching.ts"
import { give, take } from "./pool.ts"
import { sideAt } from "./state.ts"

const LAST_STAMP: u32 = 0xffff_ffff

/** Whether a handle's order still rests. */
@inline
function isLive(order: i32, stamp: i32): bool {
  return <u32>(order - load<i32>(ORDERS)) < load<u32>(FRESH) - load<u32>(ORDERS) && (order & 31) == 0 && stamp != 0 && load<i32>(order, STAMP) == stamp
}

@inline
function rest(order: i32, book: i32, tick: i32, side: i32, quantity: i32): void {
  const stamp = load<i32>(STAMPS) + 1
  store<i32>(STAMPS, stamp)
  store<i32>(order, stamp, STAMP)
  append(order, book, tick, side, quantity)
}

/** Returns the order that rests, 0 if none does, -1 if it would need room that is not there. */
export function placeAlone(book: i32, side: i32, tick: i32, quantity: i32, account: i32, rests: bool): i32 {
  if (rests && (load<i32>(LIVE) >= load<i32>(CAPACITY) || load<u32>(STAMPS) == LAST_STAMP)) return -1
  const left = matchAlone(book, side, tick, quantity)
  if (left == 0 || !rests) return 0
  const order = take()
  store<i32>(order, account | (side << TERMS_SHIFT), WHO)
  rest(order, book, tick, side, left)
  return order
}

/** False if the handle is stale. */
export function cancelAlone(order: i32, stamp: i32): bool {
  if (!isLive(order, stamp)) return false
  unlink(order, sideAt(order))
  give(order)
  return true
}

/** Returns the order, which rests with a new stamp, 0 if it is filled, -1 if the handle is stale. */
export function moveAlone(order: i32, stamp: i32, tick: i32): i32 {
  if (!isLive(order, stamp) || load<u32>(STAMPS) == LAST_STAMP) return -1
  const side = sideAt(order)
  const book = load<i32>(order, LEVEL) >>> load<i32>(SHIFT)
  unlink(order, side)
  const left = matchAlone(book, side, tick, load<i32>(order, QUANTITY))
  if (left == 0) {
    give(order)
    return 0
  }
  rest(order, book, tick, side, left)
  return order
}
