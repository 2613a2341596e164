import { ACCOUNT_MASK, ID, QUANTITY, WHO } from "../layout.ts"
import { lock, lockByTrade, purseOf, rate, tariffOf } from "./credit.ts"
import { shrink } from "./leave.ts"
import { note } from "./log.ts"
import { bookAt, priceOf, sideAt, tickAt } from "./state.ts"

/** Takes `quantity` Wh off an order at the call's price; what the order locked above the price is free. */
export function fillInCall(order: i32, price: i32, quantity: i32, kind: i32): void {
  const book = bookAt(order)
  const side = sideAt(order)
  const tariff = tariffOf(book)
  const account = load<i32>(order, WHO) & ACCOUNT_MASK
  const purse = purseOf(account)
  lock(purse, -(rate(tariff, side, priceOf(tickAt(order))) * <i64>quantity))
  lockByTrade(purse, rate(tariff, side, price) * <i64>quantity)
  const left = load<i32>(order, QUANTITY) - quantity
  note(kind | (book << 16), account, load<i64>(order, ID), price, quantity, left)
  shrink(order, left)
}
