import { appendAside } from "./aside.ts"
import { lock, lockByTrade, purseOf, rate, tariffOf } from "./credit.ts"
import { hashOf, vacant } from "./ids.ts"
import { append } from "./ladder.ts"
import { addOrder } from "./orders.ts"
import { idOf, priceOf } from "./state.ts"
import { STAMP } from "../layout.ts"

/** Puts an order of a snapshot behind its equals; NAMES holds its counterparties. Its hold, till now counted as one of trades, becomes the order's. */
export function restore(book: i32, isAside: bool, account: i32, low: i32, high: i32, terms: i32, tick: i32, quantity: i32, stamp: i32, until: f64, names: i32): void {
  const id = idOf(low, high)
  const hash = hashOf(account, id)
  const order = addOrder(vacant(hash), hash, account, id, terms, until, names)
  store<i32>(order, stamp, STAMP)
  const side = terms & 1
  if (isAside) appendAside(order, book, tick, quantity)
  else append(order, book, tick, side, quantity)
  const locked = rate(tariffOf(book), side, priceOf(tick)) * <i64>quantity
  const purse = purseOf(account)
  lock(purse, locked)
  lockByTrade(purse, -locked)
}
