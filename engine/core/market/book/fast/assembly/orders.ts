import { DIRECTED, MAXIMUM_PRICE, MINIMUM_PRICE, NAMES, OWNER, QUANTITY, TERMS_MASK, TERMS_SHIFT, WHO } from "../layout.ts"
import { BY_OWNER, MOVED } from "../../event-kinds.ts"
import { CALL_PHASE } from "../../phases.ts"
import * as status from "../../status-codes.ts"
import { POST_ONLY } from "../../terms-codes.ts"
import { recallNames } from "./aside.ts"
import { areStampsUsedUp, checkPrice, isQuiet, isWhole, phaseOf, tickOf, wouldMeet } from "./checks.ts"
import { available, lock, purseOf, rate, tariffOf } from "./credit.ts"
import { orderAt, search } from "./ids.ts"
import { closeAt, detach, forget, reduceOrder } from "./leave.ts"
import { note } from "./log.ts"
import { matchTaker } from "./matching.ts"
import { rest } from "./place.ts"
import { give } from "./pool.ts"
import { bookAt, priceOf, tickAt } from "./state.ts"

@inline
export function cancelOrder(id: i64, hash: i32): i32 {
  const place = search(id, hash)
  const order = orderAt(place)
  if (order == 0) return status.UNKNOWN_ORDER
  closeAt(place, order)
  return 0
}

@inline
export function reduceBy(id: i64, hash: i32, by: i32): i32 {
  const order = orderAt(search(id, hash))
  if (order == 0) return status.UNKNOWN_ORDER
  if (by < 1) return status.QUANTITY_TOO_SMALL
  reduceOrder(order, min(by, load<i32>(order, QUANTITY)), BY_OWNER)
  return 0
}

/** Gives an order another price, which has been checked; it loses its priority and may trade at once. */
@inline
function moveTo(order: i32, account: i32, id: i64, tick: i32): i32 {
  if (areStampsUsedUp()) return status.STAMPS_USED_UP
  const who = load<i32>(order, WHO)
  const terms = (who >>> TERMS_SHIFT) & TERMS_MASK
  const side = terms & 1
  const book = bookAt(order)
  const quantity = load<i32>(order, QUANTITY)
  const tariff = tariffOf(book)
  const price = priceOf(tick)
  const purse = purseOf(account)
  const more = (rate(tariff, side, price) - rate(tariff, side, priceOf(tickAt(order)))) * <i64>quantity
  if (more > 0 && more > available(purse)) return status.INSUFFICIENT_CREDIT
  const isDirected = (who & DIRECTED) != 0
  const isCollected = phaseOf(book) == CALL_PHASE
  if (isDirected) recallNames(order)
  else store<i32>(NAMES, 0)
  if (((terms >>> 1) & 7) == POST_ONLY && !isCollected && wouldMeet(book, side, tick, load<i32>(purse, OWNER))) return status.WOULD_TRADE
  lock(purse, more)
  detach(order)
  note(MOVED | (book << 16), account, id, price, quantity, 0)
  let left = quantity
  if (!isCollected && !isQuiet(book, side, tick)) {
    left = matchTaker(book, side, tick, account, id, quantity, terms >>> 4, true)
    if (left == 0) {
      forget(order, who, id)
      give(order)
      return 0
    }
  }
  rest(order, book, tick, side, left, isCollected || isDirected)
  return 0
}

/** Moves an order to whatever price. */
export function moveAny(account: i32, id: i64, hash: i32, price: f64): i32 {
  const order = orderAt(search(id, hash))
  if (order == 0) return status.UNKNOWN_ORDER
  if (!(price >= <f64>load<i32>(MINIMUM_PRICE) && price <= <f64>load<i32>(MAXIMUM_PRICE))) return status.PRICE_OUTSIDE_BAND
  if (!isWhole(price) || checkPrice(<i32>price) != 0) return status.PRICE_OFF_TICK
  return moveTo(order, account, id, tickOf(<i32>price))
}
