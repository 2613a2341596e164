import { ACCOUNT_MASK, BEST_BID, DIRECTED_COUNT, FIRST, HEADS, ID, LAST, NAMES, NEXT, OWNER, PREVIOUS, QUANTITY, SUM, TRADED_NOTIONAL, TRADED_QUANTITY, TRADES, WHO, WITHDRAWN } from "../layout.ts"
import { AT_ONCE_ONLY, CLOSED, REDUCED, SELF_TRADE, TRADED } from "../../event-kinds.ts"
import { ALLOW, CANCEL_BOTH, CANCEL_NEWEST, CANCEL_OLDEST, DECREMENT } from "../../terms-codes.ts"
import { bestFor } from "./aside.ts"
import { lock, lockByTrade, purseOf, rate, tariffOf } from "./credit.ts"
import { emptied } from "./ladder.ts"
import { closeOrder, forget, reduceOrder, shrink } from "./leave.ts"
import { note } from "./log.ts"
import { give } from "./pool.ts"
import { cellOf, isBetter, levelOf, priceOf, tickAt } from "./state.ts"

/** The order being matched meets one of its owner. Returns what is left of it. */
function meetsOwn(order: i32, book: i32, account: i32, id: i64, price: i32, takerRate: i64, rest: i32, policy: i32): i32 {
  if (policy == DECREMENT) {
    const quantity = min(rest, load<i32>(order, QUANTITY))
    reduceOrder(order, quantity, SELF_TRADE)
    lock(purseOf(account), -(takerRate * <i64>quantity))
    note(REDUCED | (SELF_TRADE << 8) | (book << 16), account, id, price, quantity, rest - quantity)
    return rest - quantity
  }
  if (policy == CANCEL_OLDEST || policy == CANCEL_BOTH) closeOrder(order, SELF_TRADE)
  if (policy == CANCEL_NEWEST || policy == CANCEL_BOTH) store<i32>(WITHDRAWN, 1)
  return rest
}

/** Counts a trade of matching by handle. */
@inline
function count(quantity: i32, tick: i32): void {
  store<i64>(TRADES, load<i64>(TRADES) + 1)
  store<i64>(TRADED_QUANTITY, load<i64>(TRADED_QUANTITY) + <i64>quantity)
  store<i64>(TRADED_NOTIONAL, load<i64>(TRADED_NOTIONAL) + <i64>quantity * <i64>tick)
}

/**
 * Matches up to `quantity` Wh against the ladder, the best price first, at a price who came first, and returns what is
 * left. `isWhole` is known to the compiler: without it (by handle) there are no owners, credit, ids or events.
 */
@inline
function match(isWhole: bool, book: i32, side: i32, limit: i32, account: i32, id: i64, quantity: i32, policy: i32): i32 {
  const opposite = HEADS + (book << 6) + ((1 - side) << 2)
  const tariff = isWhole ? tariffOf(book) : 0
  const takerPrice = priceOf(limit)
  const takerRate = isWhole ? rate(tariff, side, takerPrice) : 0
  const purse = purseOf(account)
  const owner = isWhole ? load<i32>(purse, OWNER) : 0
  let rest = quantity
  while (rest > 0) {
    const tick = load<i32>(opposite, BEST_BID)
    if (isBetter(side, tick, limit)) break
    const level = levelOf(book, tick)
    const cell = cellOf(level)
    const price = priceOf(tick)
    const makerRate = isWhole ? rate(tariff, 1 - side, price) : 0
    let order = load<i32>(cell, FIRST)
    let left = rest
    let isOwn = false
    do {
      const who = load<i32>(order, WHO)
      if (isWhole && policy != ALLOW && load<i32>(purseOf(who & ACCOUNT_MASK), OWNER) == owner) {
        isOwn = true
        break
      }
      const open = load<i32>(order, QUANTITY)
      const filled = min(left, open)
      left -= filled
      if (isWhole) {
        const maker = purseOf(who & ACCOUNT_MASK)
        const made = makerRate * <i64>filled
        const makerId = load<i64>(order, ID)
        lock(maker, -made)
        lockByTrade(maker, made)
        note(TRADED | (book << 16), who & ACCOUNT_MASK, makerId, price, filled, open - filled)
        if (filled == open) forget(order, who, makerId)
      } else count(filled, tick)
      if (filled < open) {
        store<i32>(order, open - filled, QUANTITY)
        break
      }
      const next = load<i32>(order, NEXT)
      give(order)
      order = next
    } while (order != 0 && left > 0)
    const taken = rest - left
    rest = left
    store<f64>(cell, load<f64>(cell, SUM) - <f64>taken, SUM)
    store<i32>(cell, order, FIRST)
    if (isWhole) {
      lock(purse, -(takerRate * <i64>taken))
      lockByTrade(purse, rate(tariff, side, price) * <i64>taken)
    }
    if (order == 0) {
      store<i32>(cell, 0, LAST)
      emptied(level, 1 - side)
    } else {
      store<i32>(order, 0, PREVIOUS)
      if (isOwn) {
        rest = meetsOwn(order, book, account, id, takerPrice, takerRate, rest, policy)
        if (load<i32>(WITHDRAWN) != 0) break
      }
    }
  }
  return rest
}

/** By handle: no owners, credit, ids or events. */
export function matchAlone(book: i32, side: i32, limit: i32, quantity: i32): i32 {
  return match(false, book, side, limit, 0, 0, quantity, ALLOW)
}

function matchLadder(book: i32, side: i32, limit: i32, account: i32, id: i64, quantity: i32, policy: i32): i32 {
  return match(true, book, side, limit, account, id, quantity, policy)
}

/** As matchLadder, where directed orders are about: looks for the best order that both may meet, again for each match. */
function matchDirected(book: i32, side: i32, limit: i32, account: i32, id: i64, quantity: i32, policy: i32): i32 {
  const tariff = tariffOf(book)
  const takerPrice = priceOf(limit)
  const takerRate = rate(tariff, side, takerPrice)
  const purse = purseOf(account)
  const owner = load<i32>(purse, OWNER)
  let rest = quantity
  while (rest > 0 && load<i32>(WITHDRAWN) == 0) {
    const order = bestFor(book, side, limit, owner)
    if (order == 0) break
    const makerAccount = load<i32>(order, WHO) & ACCOUNT_MASK
    const maker = purseOf(makerAccount)
    if (policy != ALLOW && load<i32>(maker, OWNER) == owner) {
      rest = meetsOwn(order, book, account, id, takerPrice, takerRate, rest, policy)
      continue
    }
    const open = load<i32>(order, QUANTITY)
    const filled = min(rest, open)
    const price = priceOf(tickAt(order))
    const made = rate(tariff, 1 - side, price) * <i64>filled
    lock(maker, -made)
    lockByTrade(maker, made)
    lock(purse, -(takerRate * <i64>filled))
    lockByTrade(purse, rate(tariff, side, price) * <i64>filled)
    note(TRADED | (book << 16), makerAccount, load<i64>(order, ID), price, filled, open - filled)
    rest -= filled
    shrink(order, open - filled)
  }
  return rest
}

/** Matches an order whose hold is taken and closes what may not rest. Returns the Wh that are to rest. */
export function matchTaker(book: i32, side: i32, tick: i32, account: i32, id: i64, quantity: i32, policy: i32, rests: bool): i32 {
  store<i32>(WITHDRAWN, 0)
  const isPlain = load<i32>(NAMES) == 0 && load<i32>(HEADS + (book << 6), DIRECTED_COUNT) == 0
  const rest = isPlain ? matchLadder(book, side, tick, account, id, quantity, policy) : matchDirected(book, side, tick, account, id, quantity, policy)
  const withdrawn = load<i32>(WITHDRAWN) != 0
  if (rest == 0 || (rests && !withdrawn)) return rest
  const price = priceOf(tick)
  note(CLOSED | ((withdrawn ? SELF_TRADE : AT_ONCE_ONLY) << 8) | (book << 16), account, id, price, rest, 0)
  lock(purseOf(account), -(rate(tariffOf(book), side, price) * <i64>rest))
  return 0
}
