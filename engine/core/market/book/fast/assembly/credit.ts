import { ACCOUNTS, CREDIT, HEADS, HELD_BY_ORDERS, HELD_BY_TRADES, LOCKS, TARIFF, TARIFFS } from "../layout.ts"

@inline
function positive(value: i32): i32 {
  return select(value, 0, value > 0)
}

/**
 * What an order locks per Wh, in nano-units: the payment it may come to and the imbalance it may cause (design, decision
 * 10; holdRate in rules.ts). Worked out at each use: a table by price would be one more cache line.
 */
@inline
export function rate(tariff: i32, side: i32, price: i32): i64 {
  // A buyer pays the price and may cause feed-in, a seller is the other way round; sides come at random, so there is no branch.
  const exposure = price - load<i32>(tariff + ((1 - side) << 2), TARIFFS)
  return <i64>((positive((price ^ -side) + side) + positive((exposure ^ -side) + side)) & load<i32>(LOCKS))
}

@inline
export function tariffOf(book: i32): i32 {
  return load<i32>(HEADS + (book << 6), TARIFF)
}

@inline
export function purseOf(account: i32): i32 {
  return load<i32>(ACCOUNTS) + (account << 5)
}

/** Nano-units that a new order may still lock. */
@inline
export function available(purse: i32): i64 {
  return load<i64>(purse, CREDIT) - load<i64>(purse, HELD_BY_ORDERS) - load<i64>(purse, HELD_BY_TRADES)
}

/** Adds to what an account's open orders lock. */
@inline
export function lock(purse: i32, amount: i64): void {
  store<i64>(purse, load<i64>(purse, HELD_BY_ORDERS) + amount, HELD_BY_ORDERS)
}

@inline
export function lockByTrade(purse: i32, amount: i64): void {
  store<i64>(purse, load<i64>(purse, HELD_BY_TRADES) + amount, HELD_BY_TRADES)
}
