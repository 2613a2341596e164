import { callPrice } from "../call/call-price.ts"
import { CALL_BUYER, CALL_SELLER, CALLED, GATE_CLOSED, highOf, lowOf } from "../event-log.ts"
import type { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

const { HELD_BY_ORDERS, HELD_BY_TRADES, QUANTITY } = layout

/** A side's orders of the call, in price-time order: those on the ladder and those collected. */
const callSide = (books: FastBooks, book: number, side: number, collected: ReadonlyArray<number>): Array<number> =>
  [...books.onLadder(book, side), ...collected.filter((order) => (books.termsAt(order) & 1) === side)].sort((left, right) => books.inPriceTimeOrder(left, right))

const callOrders = (books: FastBooks, orders: ReadonlyArray<number>) => orders.map((order) => ({ tick: books.tickAt(order), quantity: books.at(order + QUANTITY) }))

/** Takes `quantity` Wh off an order at the call's price; what the order locked above the price is free. */
const fill = (books: FastBooks, book: number, order: number, price: number, quantity: number, kind: number): void => {
  const side = books.termsAt(order) & 1
  const purse = books.purseOf(books.accountAt(order))
  books.putLong(purse + HELD_BY_ORDERS, books.longAt(purse + HELD_BY_ORDERS) - books.rate(book, side, books.priceOf(books.tickAt(order))) * quantity)
  books.putLong(purse + HELD_BY_TRADES, books.longAt(purse + HELD_BY_TRADES) + books.rate(book, side, price) * quantity)
  const left = books.at(order + QUANTITY) - quantity
  books.writeAbout(kind, book, order, price, quantity, left)
  books.assembly.shrink(order, left)
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
  const result = callPrice(callOrders(books, buyers), callOrders(books, sellers), books.ticks, distance, below)
  if (result === undefined) return
  const { tick, matched } = result
  const price = books.priceOf(tick)
  books.write(CALLED, book, 0, 0, 0, price, lowOf(matched), highOf(matched))
  const open = (order: number) => books.at(order + QUANTITY)
  let buyer = 0
  let seller = 0
  let left = matched
  while (left > 0) {
    const buying = buyers[buyer]!
    const selling = sellers[seller]!
    const quantity = Math.min(left, open(buying), open(selling))
    if (quantity === open(buying)) buyer++
    if (quantity === open(selling)) seller++
    fill(books, book, buying, price, quantity, CALL_BUYER)
    fill(books, book, selling, price, quantity, CALL_SELLER)
    left -= quantity
  }
}

/** The call, then every order that is left is closed: bids, asks, then those set aside. */
export const closeBook = (books: FastBooks, book: number, referencePrice: number): void => {
  call(books, book, referencePrice)
  for (const order of [...books.onLadder(book, 0), ...books.onLadder(book, 1), ...books.aside(book)]) books.assembly.closeOrder(order, GATE_CLOSED)
}
