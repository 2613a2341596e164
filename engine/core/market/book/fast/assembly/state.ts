import { LEVEL, LEVELS, MINIMUM_PRICE, PRICE_TICK, SHIFT, STRIDE, TERMS_SHIFT, TICK_MASK, WHO } from "../layout.ts"

/** Price of a tick, in micro-units per kWh. */
@inline
export function priceOf(tick: i32): i32 {
  return load<i32>(MINIMUM_PRICE) + tick * load<i32>(PRICE_TICK)
}

@inline
export function sideAt(order: i32): i32 {
  return (load<i32>(order, WHO) >>> TERMS_SHIFT) & 1
}

/** What a price of a book is called. */
@inline
export function levelOf(book: i32, tick: i32): i32 {
  return book * load<i32>(STRIDE) + tick
}

@inline
export function bookIn(level: i32): i32 {
  return level >>> load<i32>(SHIFT)
}

@inline
export function tickIn(level: i32): i32 {
  return level & load<i32>(TICK_MASK)
}

@inline
export function bookAt(order: i32): i32 {
  return bookIn(load<i32>(order, LEVEL))
}

@inline
export function tickAt(order: i32): i32 {
  return tickIn(load<i32>(order, LEVEL))
}

@inline
export function cellOf(level: i32): i32 {
  return load<i32>(LEVELS) + (level << 4)
}

/** Whether a tick is better for who rests on `side` than another: higher for a buyer, lower for a seller. Without a branch, because sides come at random. */
@inline
export function isBetter(side: i32, tick: i32, other: i32): bool {
  return (tick ^ -side) > (other ^ -side)
}

/** The two halves of a client order id as one number. */
@inline
export function idOf(low: i32, high: i32): i64 {
  return <i64>(<u64>(<u32>low)) | (<i64>high << 32)
}
