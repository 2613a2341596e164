import { callPrice } from "../call/call-price.ts"
import * as events from "../event-log.ts"
import { highOf, lowOf } from "../event-log.ts"
import type { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { CALL_BUYER, CALL_SELLER, CALLED, GATE_CLOSED } = events
const { BEST_BID, HELD_BY_ORDERS, HELD_BY_TRADES, QUANTITY } = layout

/** Orders of one side on the ladder, in price-time order. */
export const ladderOrders = ({ ladder, pool }: FastBooks, book: number, side: number): Array<number> => {
  const found: Array<number> = []
  let tick = ladder.heads[(book << 4) + BEST_BID + side]!
  while (tick >= 0 && tick < ladder.stride) {
    for (let slot = ladder.cells[((book << ladder.shift) | tick) << 2]!; slot !== 0; slot = pool.words[slot << 3]!) found.push(slot)
    tick = side === 0 ? ladder.below(book, tick) : ladder.above(book, tick)
  }
  return found
}

/** Orders beside the ladder, oldest first. */
export const asideOrders = ({ aside, pool }: FastBooks, book: number): Array<number> => {
  const found: Array<number> = []
  for (let slot = aside.first(book); slot !== 0; slot = pool.words[slot << 3]!) found.push(slot)
  return found
}

/** A side's orders of the call, in price-time order: those on the ladder and those collected. */
const callSide = (books: FastBooks, book: number, side: number, collected: ReadonlyArray<number>): Array<number> => {
  const all = [...ladderOrders(books, book, side), ...collected.filter((slot) => (books.termsAt(slot) & 1) === side)]
  return all.sort((left, right) => (books.comesBefore(left, right) ? -1 : 1))
}

const callOrders = (books: FastBooks, slots: ReadonlyArray<number>) => slots.map((slot) => ({ tick: books.tickOf(slot), quantity: books.pool.words[(slot << 3) + QUANTITY]! }))

/** Takes `quantity` Wh off an order at the call's price; what the order locked above the price is free. */
const fill = (books: FastBooks, book: number, slot: number, tick: number, quantity: number, kind: number): void => {
  const order = slot << 3
  const side = books.termsAt(slot) & 1
  const money = books.accounts.money
  const account = books.accountAt(slot) << 2
  money[account + HELD_BY_ORDERS]! -= books.rate(book, side, books.tickOf(slot)) * quantity
  money[account + HELD_BY_TRADES]! += books.rate(book, side, tick) * quantity
  const left = books.pool.words[order + QUANTITY]! - quantity
  books.writeAt(kind, order, books.priceOf(tick), quantity, left)
  books.shrink(slot, left)
}

/**
 * The call: one price for all, both sides served in price-time order. Only collected orders can cross what rests, so
 * without any there is nothing to call. Directed orders have chosen whom to meet and take no part.
 */
const call = (books: FastBooks, book: number, referencePrice: number): void => {
  const collected = asideOrders(books, book).filter((slot) => !books.aside.isDirected(slot))
  if (collected.length === 0) return
  const buyers = callSide(books, book, 0, collected)
  const sellers = callSide(books, book, 1, collected)
  const distance = (tick: number) => Math.abs(books.priceOf(tick) - referencePrice)
  const below = Math.floor((referencePrice - books.rules.minimumPrice) / books.rules.priceTick)
  const result = callPrice(callOrders(books, buyers), callOrders(books, sellers), books.ticks, distance, below)
  if (result === undefined) return
  const { tick, matched } = result
  books.log.write(CALLED, book, 0, 0, 0, books.priceOf(tick), lowOf(matched), highOf(matched))
  const open = (slot: number) => books.pool.words[(slot << 3) + QUANTITY]!
  let buyer = 0
  let seller = 0
  let left = matched
  while (left > 0) {
    const buying = buyers[buyer]!
    const selling = sellers[seller]!
    const quantity = Math.min(left, open(buying), open(selling))
    if (quantity === open(buying)) buyer++
    if (quantity === open(selling)) seller++
    fill(books, book, buying, tick, quantity, CALL_BUYER)
    fill(books, book, selling, tick, quantity, CALL_SELLER)
    left -= quantity
  }
}

/** The call, then every order that is left is closed: bids, asks, then those set aside. */
export const closeBook = (books: FastBooks, book: number, referencePrice: number): void => {
  call(books, book, referencePrice)
  for (const slot of [...ladderOrders(books, book, 0), ...ladderOrders(books, book, 1), ...asideOrders(books, book)]) books.closeOrder(slot, GATE_CLOSED)
}
