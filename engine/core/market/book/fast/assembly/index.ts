// What the TypeScript around the assembly may call (../assembly.ts says what each means there).
import { above, below } from "./bitmap.ts"
import { fillInCall } from "./call.ts"
import { fold, note } from "./log.ts"
import { cancelAlone, moveAlone, placeAlone } from "./handles.ts"
import { closeOrder } from "./leave.ts"
import { run } from "./run.ts"
import { restoreOrders } from "./restore.ts"
import { writeOrders } from "./snapshot.ts"
import { hashOf } from "./ids.ts"
import { cancelOrder, moveAny, reduceBy } from "./orders.ts"
import { placeAny } from "./place.ts"
import { idOf } from "./state.ts"

export { above, below, fold, cancelAlone, moveAlone, placeAlone, closeOrder, run, restoreOrders, writeOrders, fillInCall }

export function write(kind: i32, account: i32, low: i32, high: i32, price: i32, quantity: i32, rest: i32): void {
  note(kind, account, idOf(low, high), price, quantity, rest)
}

export function place(book: i32, account: i32, low: i32, high: i32, terms: i32, price: f64, quantity: f64, until: f64, names: i32): i32 {
  const id = idOf(low, high)
  return placeAny(hashOf(account, id), book, account, id, terms, price, quantity, until, names)
}

export function cancel(account: i32, low: i32, high: i32): i32 {
  const id = idOf(low, high)
  return cancelOrder(id, hashOf(account, id))
}

export function reduce(account: i32, low: i32, high: i32, by: i32): i32 {
  const id = idOf(low, high)
  return reduceBy(id, hashOf(account, id), by)
}

export function move(account: i32, low: i32, high: i32, price: f64): i32 {
  const id = idOf(low, high)
  return moveAny(account, id, hashOf(account, id), price)
}
