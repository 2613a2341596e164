import { ACCOUNT_COUNT, CAPACITY, FRESH, LIVE, ORDERS, QUANTITY, STAMP, TERMS_SHIFT, TICKS, WHO } from "../layout.ts"
import * as status from "../../status-codes.ts"
import { areStampsUsedUp, checkQuantity, isBookOpen } from "./checks.ts"
import { restOnLadder, unlink } from "./ladder.ts"
import { matchAlone } from "./matching.ts"
import { give, take } from "./pool.ts"
import { bookAt, sideAt } from "./state.ts"

// An order's address is positive, nobody's is 0: a refusal is its status with the sign turned.

/** Whether a handle's order still rests. */
@inline
function isLive(order: i32, stamp: i32): bool {
  return <u32>(order - load<i32>(ORDERS)) < load<u32>(FRESH) - load<u32>(ORDERS) && (order & 31) == 0 && stamp != 0 && load<i32>(order, STAMP) == stamp
}

@inline
function isOutsideBand(tick: i32): bool {
  return <u32>tick >= load<u32>(TICKS)
}

@inline
function check(book: i32, side: i32, tick: i32, quantity: i32, account: i32, rests: bool): i32 {
  if (<u32>side > 1) return status.UNKNOWN_TERMS
  if (<u32>account >= load<u32>(ACCOUNT_COUNT)) return status.UNKNOWN_ACCOUNT
  if (!isBookOpen(book)) return status.BOOK_CLOSED
  if (isOutsideBand(tick)) return status.PRICE_OUTSIDE_BAND
  const code = checkQuantity(quantity)
  if (code != 0 || !rests) return code
  if (load<i32>(LIVE) >= load<i32>(CAPACITY)) return status.POOL_FULL
  return areStampsUsedUp() ? status.STAMPS_USED_UP : 0
}

/** Returns the order that rests, 0 if none does, -status if it is refused. */
export function placeAlone(book: i32, side: i32, tick: i32, quantity: i32, account: i32, rests: bool): i32 {
  const code = check(book, side, tick, quantity, account, rests)
  if (code != 0) return -code
  const left = matchAlone(book, side, tick, quantity)
  if (left == 0 || !rests) return 0
  const order = take()
  store<i32>(order, account | (side << TERMS_SHIFT), WHO)
  restOnLadder(order, book, tick, side, left)
  return order
}

/** Returns a status. */
export function cancelAlone(order: i32, stamp: i32): i32 {
  if (!isLive(order, stamp)) return status.STALE_HANDLE
  unlink(order, sideAt(order))
  give(order)
  return 0
}

/** Returns the order, which rests with a new stamp, 0 if it is filled, -status if the move is refused. */
export function moveAlone(order: i32, stamp: i32, tick: i32): i32 {
  if (isOutsideBand(tick)) return -status.PRICE_OUTSIDE_BAND
  if (!isLive(order, stamp)) return -status.STALE_HANDLE
  if (areStampsUsedUp()) return -status.STAMPS_USED_UP
  const side = sideAt(order)
  const book = bookAt(order)
  unlink(order, side)
  const left = matchAlone(book, side, tick, load<i32>(order, QUANTITY))
  if (left == 0) {
    give(order)
    return 0
  }
  restOnLadder(order, book, tick, side, left)
  return order
}
