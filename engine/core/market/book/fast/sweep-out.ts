import * as events from "../event-log.ts"
import type { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { ALL_CANCELLED, BY_OWNER, TIME_OVER } = events
const { HIGH, LOW, STAMP } = layout

/** By account, then client order id as an unsigned 64-bit number. */
const byAccountAndId = (books: FastBooks) => (left: number, right: number): number => {
  const { words } = books.pool
  const high = (words[(left << 3) + HIGH]! >>> 0) - (words[(right << 3) + HIGH]! >>> 0)
  return books.accountAt(left) - books.accountAt(right) || high || (words[(left << 3) + LOW]! >>> 0) - (words[(right << 3) + LOW]! >>> 0)
}

const openOf = (books: FastBooks, owner: number): number => {
  let open = 0
  for (let account = 0; account < books.rules.accounts; account++) if (books.ownerOf(account) === owner + 1) open += books.openOrders(account)
  return open
}

/** Cancels all orders of an owner. A list of its own for each owner would cost every order two more cache lines; this looks through the pool until it has them all. */
export const cancelAllOf = (books: FastBooks, owner: number): void => {
  const { words, end } = books.pool
  const open = openOf(books, owner)
  const found: Array<number> = []
  for (let slot = 1; slot < end && found.length < open; slot++) {
    if (words[(slot << 3) + STAMP] !== 0 && books.ownerAt(slot) === owner + 1) found.push(slot)
  }
  books.log.write(ALL_CANCELLED, 0, owner, 0, 0, 0, found.length, 0)
  for (const slot of found.sort(byAccountAndId(books))) books.closeOrder(slot, BY_OWNER)
}

/** Closes the orders that were good till `time` or before: by time, then account and id. */
export const closeOverdue = (books: FastBooks, time: number): void => {
  const { expiry } = books
  const inOrder = byAccountAndId(books)
  for (let first = expiry.firstOver(time); first !== 0; first = expiry.firstOver(time)) {
    const together = expiry.sameTime(expiry.until[first]!)
    for (const slot of together.sort(inOrder)) books.closeOrder(slot, TIME_OVER)
  }
}
