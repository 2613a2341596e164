import { callPrice, type CallOrder } from "../call/call-price.ts"
import { CALL_BUYER, CALL_SELLER, CALLED, GATE_CLOSED, highOf, lowOf } from "../event-log.ts"
import { withinBand } from "../rules.ts"
import type { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

const { QUANTITY } = layout

interface Called extends CallOrder {
  readonly order: number
  quantity: number
}

/**
 * A side's orders of the call, in price-time order: those on the ladder and those collected. Each of these came later than
 * all of those, and both come in order of time at each price; so it is enough to sort by price.
 */
const callSide = (books: FastBooks, book: number, side: number, collected: ReadonlyArray<number>): Array<Called> => {
  const orders = [...books.onLadder(book, side), ...collected.filter((order) => (books.termsAt(order) & 1) === side)]
  const called = orders.map((order) => ({ order, tick: books.tickAt(order), quantity: books.at(order + QUANTITY) }))
  return called.sort(side === 0 ? (left, right) => right.tick - left.tick : (left, right) => left.tick - right.tick)
}

/**
 * The call: one price for all, both sides served in price-time order. Only collected orders can cross what rests, so
 * without any there is nothing to call. Directed orders have chosen whom to meet and take no part.
 */
const call = (books: FastBooks, book: number, referencePrice: number): void => {
  const collected = books.aside(book).filter((order) => !books.isDirected(order))
  if (collected.length === 0) return
  const buyers = callSide(books, book, 0, collected)
  const sellers = callSide(books, book, 1, collected)
  const distance = (tick: number) => Math.abs(books.priceOf(tick) - referencePrice)
  const below = Math.floor((referencePrice - books.rules.minimumPrice) / books.rules.priceTick)
  const result = callPrice(buyers, sellers, books.ticks, distance, below)
  if (result === undefined) return
  const { tick, matched } = result
  const price = books.priceOf(tick)
  books.write(CALLED, book, 0, 0, 0, price, lowOf(matched), highOf(matched))
  let buyer = 0
  let seller = 0
  let left = matched
  while (left > 0) {
    const buying = buyers[buyer]!
    const selling = sellers[seller]!
    const quantity = Math.min(left, buying.quantity, selling.quantity)
    books.assembly.fillInCall(buying.order, price, quantity, CALL_BUYER)
    books.assembly.fillInCall(selling.order, price, quantity, CALL_SELLER)
    buying.quantity -= quantity
    selling.quantity -= quantity
    if (buying.quantity === 0) buyer++
    if (selling.quantity === 0) seller++
    left -= quantity
  }
}

/** The call, then every order that is left is closed: bids, asks, then those set aside. */
export const closeBook = (books: FastBooks, book: number, referencePrice: number): void => {
  call(books, book, withinBand(books.rules, referencePrice))
  for (const order of [...books.onLadder(book, 0), ...books.onLadder(book, 1), ...books.aside(book)]) books.assembly.closeOrder(order, GATE_CLOSED)
}
