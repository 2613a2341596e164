import { ALL_CANCELLED, BY_OWNER, TIME_OVER } from "../event-log.ts"
import type { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

const { FRESH, ID, STAMP } = layout

/** By account, then client order id as an unsigned 64-bit number. */
const byAccountAndId = (books: FastBooks) => (left: number, right: number): number => {
  const high = (books.at(left + ID + 4) >>> 0) - (books.at(right + ID + 4) >>> 0)
  return books.accountAt(left) - books.accountAt(right) || high || (books.at(left + ID) >>> 0) - (books.at(right + ID) >>> 0)
}

const openOf = (books: FastBooks, owner: number): number => {
  let open = 0
  for (let account = 0; account < books.rules.accounts; account++) if (books.ownerOf(account) === owner + 1) open += books.openOrders(account)
  return open
}

/** Cancels all orders of an owner. A list of its own for each owner would cost every order two more cache lines; this looks through the pool until it has them all. */
export const cancelAllOf = (books: FastBooks, owner: number): void => {
  const open = openOf(books, owner)
  const found: Array<number> = []
  for (let order = books.places.orders; found.length < open && order < books.at(FRESH); order += 32) {
    if (books.at(order + STAMP) !== 0 && books.ownerOf(books.accountAt(order)) === owner + 1) found.push(order)
  }
  books.write(ALL_CANCELLED, 0, owner, 0, 0, 0, found.length, 0)
  for (const order of found.sort(byAccountAndId(books))) books.assembly.closeOrder(order, BY_OWNER)
}

/** Closes the orders that were good till `time` or before: by time, then account and id. */
export const closeOverdue = (books: FastBooks, time: number): void => {
  const { expiry } = books
  const inOrder = byAccountAndId(books)
  for (let until = expiry.firstOver(time); until !== undefined; until = expiry.firstOver(time)) {
    for (const order of expiry.sameTime(until).sort(inOrder)) books.assembly.closeOrder(order, TIME_OVER)
  }
}
