import { ACCOUNT_COUNT, ASIDE, BOOKS, CAPACITY, HEADS, ID, LEVEL, LIVE, MAXIMUM_OPEN, MAXIMUM_QUANTITY, MINIMUM_QUANTITY, NAMES, OPEN, OWNER, PHASE, PRICE_TICK, QUANTITY, TARIFF, TERMS_SHIFT, TICKS, TIMED, WHO } from "../layout.ts"
import { BY_OWNER, CLOSED, MOVED, PLACED } from "../../event-kinds.ts"
import { OPEN_PHASE } from "../../phases.ts"
import { areStampsUsedUp, isQuiet, tickOf } from "./checks.ts"
import { available, lock, purseOf, rate } from "./credit.ts"
import { enter, orderAt, search, vacant, vacate } from "./ids.ts"
import { restOnLadder, unlink } from "./ladder.ts"
import { untimed } from "./leave.ts"
import { noteFirst } from "./log.ts"
import { matchTaker } from "./matching.ts"
import { give, take } from "./pool.ts"
import { bookIn, priceOf, tickIn } from "./state.ts"

// The commands that nearly all batches are made of, each in one go: every check is one branch, and every word is read once
// (but by an order that meets others: `meet`).
// Whatever is not quite usual is left to the general way (place.ts, orders.ts), which knows why and by which status: here
// nothing is refused, and nothing has been changed when the answer is "no". One check a line: "or" costs the compiled code
// three instructions more than a second branch that is never taken.

/** Neither market, fill-or-kill nor post-only, and a policy that exists: limit and immediate-or-cancel. */
const UNUSUAL_TERMS = 0x8a
const IMMEDIATELY = 4
const POLICIES_END = 0x50

/** Terms of a command, and its book (commands.ts). */
@inline
function termsOf(command: i32): i32 {
  return load<u8>(command, 1)
}
@inline
function bookOf(command: i32): i32 {
  return load<u16>(command, 2)
}

/** Places a limit or immediate-or-cancel order, good till the gate, in an open book that is not collecting. */
@inline
export function placeQuick(command: i32, hash: i32): bool {
  const terms = termsOf(command)
  const book = bookOf(command)
  const account = load<i32>(command, 4)
  const id = load<i64>(command, 8)
  const price = load<i32>(command, 16)
  const quantity = load<i32>(command, 20)
  if ((terms & UNUSUAL_TERMS) != 0) return false
  if (terms >= POLICIES_END) return false
  if (load<i32>(command, 24) != 0) return false
  if (<u32>account >= load<u32>(ACCOUNT_COUNT)) return false
  if (<u32>book >= load<u32>(BOOKS)) return false
  const purse = purseOf(account)
  const head = HEADS + (book << 6)
  if (load<i32>(purse, OWNER) == 0) return false
  if (load<i32>(head, PHASE) != OPEN_PHASE) return false
  const tick = tickOf(price)
  if (<u32>tick >= load<u32>(TICKS)) return false
  if (load<i32>(PRICE_TICK) != 1) {
    if (priceOf(tick) != price) return false
  }
  if (quantity < load<i32>(MINIMUM_QUANTITY)) return false
  if (quantity > load<i32>(MAXIMUM_QUANTITY)) return false
  if (load<i32>(LIVE) >= load<i32>(CAPACITY)) return false
  if (areStampsUsedUp()) return false
  if (load<i32>(purse, OPEN) >= load<i32>(MAXIMUM_OPEN)) return false
  const place = search(id, hash)
  const side = terms & 1
  const locked = rate(load<i32>(head, TARIFF), side, price) * <i64>quantity
  if (orderAt(place) != 0) return false
  if (locked > available(purse)) return false
  lock(purse, locked)
  noteFirst(PLACED | (terms << 8) | (book << 16), account, id, price, quantity, 0)
  if ((terms & IMMEDIATELY) == 0 && isQuiet(book, side, tick)) rest(place, hash, book, account, id, terms, tick, quantity)
  else meet(command, hash)
  return true
}

/** Lets an order rest that meets nobody. */
@inline
function rest(place: i32, hash: i32, book: i32, account: i32, id: i64, terms: i32, tick: i32, quantity: i32): void {
  const order = take()
  store<i32>(order, account | (terms << TERMS_SHIFT), WHO)
  store<i64>(order, id, ID)
  enter(place, order, hash)
  const purse = purseOf(account)
  store<i32>(purse, load<i32>(purse, OPEN) + 1, OPEN)
  restOnLadder(order, book, tick, terms & 1, quantity)
}

/** Matches a placed order and lets rest what is left. Reads the command anew instead of being told: V8 writes to the stack whatever is kept over a call, for those commands too that never come here. */
@inline
function meet(command: i32, hash: i32): void {
  store<i32>(NAMES, 0)
  const terms = termsOf(command)
  const left = matchTaker(bookOf(command), terms & 1, tickOf(load<i32>(command, 16)), load<i32>(command, 4), load<i64>(command, 8), load<i32>(command, 20), terms >>> 4, (terms & IMMEDIATELY) == 0)
  // Orders that were met have left the table, and what stood behind them has moved.
  if (left != 0) rest(vacant(hash), hash, bookOf(command), load<i32>(command, 4), load<i64>(command, 8), termsOf(command), tickOf(load<i32>(command, 16)), left)
}

/** Cancels an order that rests on the ladder. */
@inline
export function cancelQuick(account: i32, id: i64, hash: i32): bool {
  const place = search(id, hash)
  const order = orderAt(place)
  if (order == 0) return false
  const who = load<i32>(order, WHO)
  if ((who & ASIDE) != 0) return false
  const level = load<i32>(order, LEVEL)
  const book = bookIn(level)
  const side = (who >>> TERMS_SHIFT) & 1
  const price = priceOf(tickIn(level))
  const quantity = load<i32>(order, QUANTITY)
  noteFirst(CLOSED | (BY_OWNER << 8) | (book << 16), account, id, price, quantity, 0)
  const purse = purseOf(account)
  lock(purse, -(rate(load<i32>(HEADS + (book << 6), TARIFF), side, price) * <i64>quantity))
  store<i32>(purse, load<i32>(purse, OPEN) - 1, OPEN)
  unlink(order, side)
  vacate(place)
  if ((who & TIMED) != 0) untimed(order)
  give(order)
  return true
}

/** Moves an order on the ladder to a price where it meets nobody. */
@inline
export function moveQuick(account: i32, id: i64, hash: i32, price: i32): bool {
  const order = orderAt(search(id, hash))
  if (order == 0) return false
  const tick = tickOf(price)
  if (<u32>tick >= load<u32>(TICKS)) return false
  if (load<i32>(PRICE_TICK) != 1) {
    if (priceOf(tick) != price) return false
  }
  if (areStampsUsedUp()) return false
  const who = load<i32>(order, WHO)
  if ((who & ASIDE) != 0) return false
  const level = load<i32>(order, LEVEL)
  const book = bookIn(level)
  const side = (who >>> TERMS_SHIFT) & 1
  const head = HEADS + (book << 6)
  if (load<i32>(head, PHASE) != OPEN_PHASE) return false
  if (!isQuiet(book, side, tick)) return false
  const quantity = load<i32>(order, QUANTITY)
  const tariff = load<i32>(head, TARIFF)
  const more = (rate(tariff, side, price) - rate(tariff, side, priceOf(tickIn(level)))) * <i64>quantity
  const purse = purseOf(account)
  if (more > 0 && more > available(purse)) return false
  lock(purse, more)
  noteFirst(MOVED | (book << 16), account, id, price, quantity, 0)
  unlink(order, side)
  restOnLadder(order, book, tick, side, quantity)
  return true
}
