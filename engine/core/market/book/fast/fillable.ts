import { CANCEL_OLDEST } from "../terms.ts"
import type { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

const { NEXT, QUANTITY } = layout

/** Resting orders that an incoming one may meet, best first. For the rare question only: it makes an array. */
const meetable = (books: FastBooks, book: number, side: number, limit: number, owner: number): Array<number> => {
  const named = books.namesInProgress()
  const isNamed = (order: number) => named.length === 0 || named.includes(books.ownerOf(books.accountAt(order)) - 1)
  const isWithin = (tick: number) => (side === 0 ? tick <= limit : tick >= limit)
  const found: Array<number> = []
  books.eachPrice(book, 1 - side, (tick, first) => {
    if (!isWithin(tick)) return false
    for (let order = first; order !== 0; order = books.at(order + NEXT)) if (isNamed(order)) found.push(order)
    return true
  })
  for (const order of books.aside(book)) {
    const isOther = (books.termsAt(order) & 1) !== side
    if (isOther && isWithin(books.tickAt(order)) && books.mayMeet(order, owner - 1) && isNamed(order)) found.push(order)
  }
  return found.sort((left, right) => books.inPriceTimeOrder(left, right))
}

/** Whether trades alone would fill an order that cannot meet everybody: own orders stop it, or are passed over where the oldest is cancelled. */
export const isFillable = (books: FastBooks, book: number, side: number, limit: number, quantity: number, owner: number, policy: number): boolean => {
  let left = quantity
  for (const order of meetable(books, book, side, limit, owner)) {
    if (left <= 0) break
    const isOwn = policy !== 0 && books.ownerOf(books.accountAt(order)) === owner
    if (isOwn && policy !== CANCEL_OLDEST) return false
    if (!isOwn) left -= books.at(order + QUANTITY)
  }
  return left <= 0
}
