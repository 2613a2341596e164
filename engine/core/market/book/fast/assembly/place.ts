import { ID, MAXIMUM_PRICE, MAXIMUM_QUANTITY, MINIMUM_PRICE, MINIMUM_QUANTITY, NAMES, OPEN, OWNER, STAMP, STAMPS, TERMS_SHIFT, TIMED, WHO } from "../layout.ts"
import { GOOD_TILL, NAMED, PLACED } from "../../event-kinds.ts"
import { CALL_PHASE } from "../../phases.ts"
import * as status from "../../status-codes.ts"
import { FILL_OR_KILL, LIMIT, MARKET, POST_ONLY } from "../../terms-codes.ts"
import { appendAside, name } from "./aside.ts"
import { checkBook, checkForm, checkKind, checkPrice, checkRoom, isQuiet, isWhole, phaseOf, tickOf } from "./checks.ts"
import { available, lock, purseOf, rate, tariffOf } from "./credit.ts"
import { enter, orderAt, search, vacant } from "./ids.ts"
import { append } from "./ladder.ts"
import { note } from "./log.ts"
import { matchTaker } from "./matching.ts"
import { take } from "./pool.ts"
import { priceOf } from "./state.ts"

/** An order is good till a time: the other side keeps the times. */
@external("books", "timed")
declare function timed(order: i32, until: f64): void
/** Gives an order its record, its id and its place in the account. */
@inline
export function addOrder(place: i32, hash: i32, account: i32, id: i64, terms: i32, until: f64, names: i32): i32 {
  const order = take()
  store<i32>(order, account | (terms << TERMS_SHIFT) | (until == 0 ? 0 : TIMED), WHO)
  store<i64>(order, id, ID)
  enter(place, order, hash)
  const purse = purseOf(account)
  store<i32>(purse, load<i32>(purse, OPEN) + 1, OPEN)
  if (until != 0) timed(order, until)
  if (names > 0) name(order)
  return order
}

/** Lets an order rest with a new stamp, on the ladder or beside it. */
@inline
export function rest(order: i32, book: i32, tick: i32, side: i32, quantity: i32, isAside: bool): void {
  const stamp = load<i32>(STAMPS) + 1
  store<i32>(STAMPS, stamp)
  store<i32>(order, stamp, STAMP)
  if (isAside) appendAside(order, book, tick, quantity)
  else append(order, book, tick, side, quantity)
}

/** Places an order that its form, the book and the market's rules allow. Returns a status; a refusal is not written. */
@inline
function admit(hash: i32, book: i32, account: i32, id: i64, terms: i32, tick: i32, quantity: i32, until: f64, names: i32): i32 {
  const side = terms & 1
  const kind = (terms >>> 1) & 7
  const rests = kind == LIMIT || kind == POST_ONLY
  let place = search(id, hash)
  if (orderAt(place) != 0) return status.DUPLICATE_ID
  const purse = purseOf(account)
  if (rests) {
    const code = checkRoom(book, purse, names)
    if (code != 0) return code
  }
  const price = priceOf(tick)
  const locked = rate(tariffOf(book), side, price) * <i64>quantity
  if (locked > available(purse)) return status.INSUFFICIENT_CREDIT
  if (kind == POST_ONLY || kind == FILL_OR_KILL) {
    const code = checkKind(book, terms, tick, quantity, load<i32>(purse, OWNER))
    if (code != 0) return code
  }
  lock(purse, locked)
  note(PLACED | (terms << 8) | (book << 16), account, id, price, quantity, 0)
  if (until != 0) note(GOOD_TILL | (book << 16), account, id, price, <i32>(<i64>until), <i32>(<i64>until >> 32))
  for (let at = NAMES; at < NAMES + (names << 2); at += 4) note(NAMED | (book << 16), account, id, price, load<i32>(at) - 1, 0)
  const isCollected = phaseOf(book) == CALL_PHASE
  let left = quantity
  if (!isCollected && !(rests && isQuiet(book, side, tick))) {
    left = matchTaker(book, side, tick, account, id, quantity, terms >>> 4, rests)
    if (left == 0) return 0
    // Orders that were met have left the table, and what stood behind them has moved.
    place = vacant(hash)
  }
  rest(addOrder(place, hash, account, id, terms, until, names), book, tick, side, left, isCollected || names > 0)
  return 0
}

/** Places any order; NAMES holds the `names` counterparties. Numbers that are no whole ones are refused by their own status. */
export function placeAny(hash: i32, book: i32, account: i32, id: i64, terms: i32, price: f64, quantity: f64, until: f64, names: i32): i32 {
  let code = checkForm(account, terms, until, names)
  if (code != 0) return code
  code = checkBook(book, terms)
  if (code != 0) return code
  let limit = (terms & 1) == 0 ? load<i32>(MAXIMUM_PRICE) : load<i32>(MINIMUM_PRICE)
  if ((terms & 14) != MARKET << 1) {
    if (!(price >= <f64>load<i32>(MINIMUM_PRICE) && price <= <f64>load<i32>(MAXIMUM_PRICE))) return status.PRICE_OUTSIDE_BAND
    limit = <i32>price
    if (!isWhole(price) || checkPrice(limit) != 0) return status.PRICE_OFF_TICK
  }
  if (!(quantity >= <f64>load<i32>(MINIMUM_QUANTITY)) || !isWhole(quantity) || quantity == Infinity) return status.QUANTITY_TOO_SMALL
  if (quantity > <f64>load<i32>(MAXIMUM_QUANTITY)) return status.QUANTITY_TOO_LARGE
  return admit(hash, book, account, id, terms, tickOf(limit), <i32>quantity, until, names)
}
