import { FREE, FRESH, LIVE, NEXT, STAMP } from "../layout.ts"

/** Room for an order; only after it was seen that there is some. What was freed last is given first: its line is still in the cache. */
@inline
export function take(): i32 {
  store<i32>(LIVE, load<i32>(LIVE) + 1)
  const order = load<i32>(FREE)
  if (order == 0) {
    const fresh = load<i32>(FRESH)
    store<i32>(FRESH, fresh + 32)
    return fresh
  }
  store<i32>(FREE, load<i32>(order, NEXT))
  return order
}

@inline
export function give(order: i32): void {
  store<i32>(LIVE, load<i32>(LIVE) - 1)
  store<i32>(order, load<i32>(FREE), NEXT)
  store<i32>(order, 0, STAMP)
  store<i32>(FREE, order)
}
