import { ACCOUNT_MASK, ACCOUNT_COUNT, ACCOUNTS, BEST_BID, BOOKS, CAPACITY, DIRECTED, DIRECTED_COUNT, FIRST, HEADS, ID, LEVEL, LIVE, MAXIMUM_DIRECTED, MAXIMUM_OPEN, MAXIMUM_PRICE, MAXIMUM_QUANTITY, MINIMUM_PRICE, MINIMUM_QUANTITY, NAMES, NOW, OPEN, OWNER, PHASE, PRICE_TICK, QUANTITY, SHIFT, STAMP, STAMPS, SUM, TERMS_MASK, TERMS_SHIFT, TIMED, WHO } from "../layout.ts"
import { BY_OWNER, GOOD_TILL, MOVED, NAMED, PLACED } from "../../event-kinds.ts"
import { CALL_PHASE } from "../../phases.ts"
import * as status from "../../status-codes.ts"
import { ALLOW, FILL_OR_KILL, LIMIT, MARKET, POST_ONLY } from "../../terms-codes.ts"
import { appendAside, bestFor, name, recallNames } from "./aside.ts"
import { available, lock, purseOf, rate, tariffOf } from "./credit.ts"
import { enter, orderAt, search, vacant } from "./ids.ts"
import { above, append, below } from "./ladder.ts"
import { closeOrder, detach, forget, reduceOrder } from "./leave.ts"
import { note } from "./log.ts"
import { matchTaker } from "./matching.ts"
import { give, take } from "./pool.ts"
import { bookAt, cellOf, isBetter, priceOf, sideAt, tickAt } from "./state.ts"

/** An order is good till a time: the other side keeps the times. */
@external("books", "timed")
declare function timed(order: i32, until: f64): void
/** Whether trades alone would fill an order that cannot meet everybody. */
@external("books", "isFillable")
declare function isFillable(book: i32, side: i32, limit: i32, quantity: i32, owner: i32, policy: i32): bool

const UNSIGNED: u32 = 0xffff_ffff

/** Refuses what the command itself says. `names` counts counterparties, -1 where they are wrong. */
@inline
function checkForm(account: i32, terms: i32, until: f64, names: i32): i32 {
  if ((terms & TERMS_MASK) != terms || ((terms >>> 1) & 7) > 4 || terms >>> 4 > 4) return status.UNKNOWN_TERMS
  if (<u32>account >= load<u32>(ACCOUNT_COUNT) || load<i32>(purseOf(account), OWNER) == 0) return status.UNKNOWN_ACCOUNT
  if (until != 0 && until <= load<f64>(NOW)) return status.UNTIL_PAST
  return names < 0 ? status.COUNTERPARTIES_WRONG : 0
}

@inline
function phaseOf(book: i32): i32 {
  return load<i32>(HEADS + (book << 6), PHASE)
}

@inline
function checkBook(book: i32, terms: i32): i32 {
  if (<u32>book >= load<u32>(BOOKS)) return status.BOOK_CLOSED
  const phase = phaseOf(book)
  if (phase == 0) return status.BOOK_CLOSED
  return phase == CALL_PHASE && (terms & 14) != LIMIT << 1 ? status.ONLY_LIMIT_IN_CALL : 0
}

@inline
function checkPrice(price: i32): i32 {
  if (price < load<i32>(MINIMUM_PRICE) || price > load<i32>(MAXIMUM_PRICE)) return status.PRICE_OUTSIDE_BAND
  const priceTick = load<i32>(PRICE_TICK)
  return priceTick != 1 && (price - load<i32>(MINIMUM_PRICE)) % priceTick != 0 ? status.PRICE_OFF_TICK : 0
}

@inline
export function tickOf(price: i32): i32 {
  const priceTick = load<i32>(PRICE_TICK)
  const offset = price - load<i32>(MINIMUM_PRICE)
  return priceTick == 1 ? offset : offset / priceTick
}

@inline
function checkQuantity(quantity: i32): i32 {
  if (quantity < load<i32>(MINIMUM_QUANTITY)) return status.QUANTITY_TOO_SMALL
  return quantity > load<i32>(MAXIMUM_QUANTITY) ? status.QUANTITY_TOO_LARGE : 0
}

/** Whether an order meets nobody: nothing on the ladder within its price, nothing directed. */
@inline
function isQuiet(book: i32, side: i32, tick: i32): bool {
  const head = HEADS + (book << 6)
  const opposite = load<i32>(head + ((1 - side) << 2), BEST_BID)
  return isBetter(side, opposite, tick) && load<i32>(head, DIRECTED_COUNT) == 0
}

function wouldMeet(book: i32, side: i32, tick: i32, owner: i32): bool {
  return !isQuiet(book, side, tick) && bestFor(book, side, tick, owner) != 0
}

/** Wh on the ladder within a price, up to `quantity`, where nobody is asked who owns them. */
function isCovered(book: i32, side: i32, limit: i32, quantity: i32): bool {
  const shift = load<i32>(SHIFT)
  let covered: f64 = 0
  let tick = load<i32>(HEADS + (book << 6) + ((1 - side) << 2), BEST_BID)
  while (covered < <f64>quantity && (side == 0 ? tick <= limit : tick >= limit && tick >= 0)) {
    covered += load<f64>(cellOf((book << shift) | tick), SUM)
    tick = side == 0 ? above(book, tick) : below(book, tick)
  }
  return covered >= <f64>quantity
}

/** Refuses by what the order says about trading at once. */
function checkKind(book: i32, terms: i32, tick: i32, quantity: i32, owner: i32): i32 {
  const side = terms & 1
  const kind = (terms >>> 1) & 7
  if (kind == POST_ONLY && wouldMeet(book, side, tick, owner)) return status.WOULD_TRADE
  if (kind != FILL_OR_KILL) return 0
  const policy = terms >>> 4
  const isPlain = policy == ALLOW && load<i32>(NAMES) == 0 && load<i32>(HEADS + (book << 6), DIRECTED_COUNT) == 0
  const fills = isPlain ? isCovered(book, side, tick, quantity) : isFillable(book, side, tick, quantity, owner, policy)
  return fills ? 0 : status.NOT_FILLABLE
}

/** Refuses an order that is to rest and has no room. */
@inline
function checkRoom(book: i32, purse: i32, names: i32): i32 {
  if (load<i32>(LIVE) >= load<i32>(CAPACITY)) return status.POOL_FULL
  if (load<u32>(STAMPS) == UNSIGNED) return status.STAMPS_USED_UP
  if (names > 0 && load<i32>(HEADS + (book << 6), DIRECTED_COUNT) >= load<i32>(MAXIMUM_DIRECTED)) return status.TOO_MANY_DIRECTED
  return load<i32>(purse, OPEN) >= load<i32>(MAXIMUM_OPEN) ? status.TOO_MANY_OPEN_ORDERS : 0
}

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
function rest(order: i32, book: i32, tick: i32, side: i32, quantity: i32, isAside: bool): void {
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
  let place = search(account, id, hash)
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

/** Places an order of a batch: whole numbers only, nobody named. */
@inline
export function placePlain(hash: i32, book: i32, account: i32, id: i64, terms: i32, price: i32, quantity: i32, until: f64): i32 {
  let code = checkForm(account, terms, until, 0)
  if (code != 0) return code
  code = checkBook(book, terms)
  if (code != 0) return code
  const isMarket = (terms & 14) == MARKET << 1
  if (!isMarket) {
    code = checkPrice(price)
    if (code != 0) return code
  }
  code = checkQuantity(quantity)
  if (code != 0) return code
  store<i32>(NAMES, 0)
  const tick = tickOf(isMarket ? ((terms & 1) == 0 ? load<i32>(MAXIMUM_PRICE) : load<i32>(MINIMUM_PRICE)) : price)
  return admit(hash, book, account, id, terms, tick, quantity, until, 0)
}

@inline
function isWhole(value: f64): bool {
  return Math.floor(value) == value
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

@inline
export function cancelOrder(account: i32, id: i64, hash: i32): i32 {
  const order = orderAt(search(account, id, hash))
  if (order == 0) return status.UNKNOWN_ORDER
  closeOrder(order, BY_OWNER)
  return 0
}

@inline
export function reduceBy(account: i32, id: i64, hash: i32, by: i32): i32 {
  const order = orderAt(search(account, id, hash))
  if (order == 0) return status.UNKNOWN_ORDER
  if (by < 1) return status.QUANTITY_TOO_SMALL
  reduceOrder(order, min(by, load<i32>(order, QUANTITY)), BY_OWNER)
  return 0
}

/** Gives an order another price, which has been checked; it loses its priority and may trade at once. */
@inline
function moveTo(order: i32, account: i32, id: i64, tick: i32): i32 {
  if (load<u32>(STAMPS) == UNSIGNED) return status.STAMPS_USED_UP
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

/** Moves an order to a price of a batch. */
@inline
export function movePlain(account: i32, id: i64, hash: i32, price: i32): i32 {
  const order = orderAt(search(account, id, hash))
  if (order == 0) return status.UNKNOWN_ORDER
  const code = checkPrice(price)
  if (code != 0) return code
  return moveTo(order, account, id, tickOf(price))
}

/** Moves an order to whatever price. */
export function moveAny(account: i32, id: i64, hash: i32, price: f64): i32 {
  const order = orderAt(search(account, id, hash))
  if (order == 0) return status.UNKNOWN_ORDER
  if (!(price >= <f64>load<i32>(MINIMUM_PRICE) && price <= <f64>load<i32>(MAXIMUM_PRICE))) return status.PRICE_OUTSIDE_BAND
  if (!isWhole(price) || checkPrice(<i32>price) != 0) return status.PRICE_OFF_TICK
  return moveTo(order, account, id, tickOf(<i32>price))
}
