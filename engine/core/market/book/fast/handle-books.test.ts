import { expect, it } from "vitest"
import type { BookRules } from "../rules.ts"
import { ACCEPTED, STALE_HANDLE, STATUS_NAMES } from "../status.ts"
import { HandleBooks } from "./handle-books.ts"

const MOST_WH = 500_000_000
const LARGEST = 2 ** 31 - 1
const rules: BookRules = {
  minimumPrice: -100, maximumPrice: 300, priceTick: 10, minimumQuantity: 1, maximumQuantity: MOST_WH, maximumOpen: 4, maximumDirected: 1,
  tariffs: [], books: 2, accounts: 3, orders: 4
}
const opened = () => {
  const books = new HandleBooks(rules)
  books.open(0)
  return books
}
/** Name of the status of a refused order. */
const nameOf = (answer: number) => STATUS_NAMES[-answer]
const each = (count: number, name: string) => Array.from({ length: count }, () => name)

it("a stale handle finds nobody, whoever has the slot now", () => {
  const books = opened()
  const slot = books.place(0, 1, 5, 10, 0, true)
  const { stamp } = books
  expect(books.cancel(slot, stamp)).toBe(ACCEPTED)
  expect(books.cancel(slot, stamp)).toBe(STALE_HANDLE)
  expect(books.place(0, 1, 6, 10, 1, true)).toBe(slot)
  expect(books.cancel(slot, stamp)).toBe(STALE_HANDLE)
  expect(books.move(slot, stamp, 4)).toBe(-STALE_HANDLE)
  for (const nobody of [0, -32, slot + 1, slot + 32, 2 ** 31 - 32, NaN]) expect(books.cancel(nobody, books.stamp)).toBe(STALE_HANDLE)
  expect(books.cancel(slot, 0)).toBe(STALE_HANDLE)
  expect(books.pool.live).toBe(1)
})

it("what is beyond the rules is refused, and no memory beyond the book is written", () => {
  const books = opened()
  const before = books.words.slice(0, 0x2_0000)
  expect([-1, 1, 2, 65_536, LARGEST, 2 ** 32, NaN].map((book) => nameOf(books.place(book, 0, 0, 1, 0, true)))).toEqual(each(7, "BookClosed"))
  expect([-1, 2, LARGEST, NaN].map((side) => nameOf(books.place(0, side, 0, 1, 0, true)))).toEqual(each(4, "UnknownTerms"))
  expect([-1, 3, 2 ** 20, NaN].map((account) => nameOf(books.place(0, 0, 0, 1, account, true)))).toEqual(each(4, "UnknownAccount"))
  expect([-1, books.ticks, LARGEST, 2 ** 40].map((tick) => nameOf(books.place(0, 0, tick, 1, 0, true)))).toEqual(each(4, "PriceOutsideBand"))
  expect([0, -1, 0.5, NaN].map((quantity) => nameOf(books.place(0, 0, 0, quantity, 0, true)))).toEqual(each(4, "QuantityTooSmall"))
  expect([MOST_WH + 1, 2 ** 40, Infinity].map((quantity) => nameOf(books.place(0, 0, 0, quantity, 0, true)))).toEqual(each(3, "QuantityTooLarge"))
  expect(books.words.slice(0, 0x2_0000)).toEqual(before)
  expect(books.place(0, 0, books.ticks - 1, MOST_WH, 2, true)).toBeGreaterThan(0)
})

it("a full pool refuses what would rest; used-up stamps refuse a move as well", () => {
  const books = opened()
  const order = books.place(0, 1, 5, 1, 0, true)
  const { stamp } = books
  for (let count = 1; count < rules.orders; count++) expect(books.place(0, 1, 6, 1, 0, true)).toBeGreaterThan(0)
  expect(nameOf(books.place(0, 1, 6, 1, 0, true))).toBe("PoolFull")
  expect(nameOf(books.move(order, stamp, -1))).toBe("PriceOutsideBand")
  expect(books.place(0, 0, 9, 2, 1, false)).toBe(0)
  expect(nameOf(books.move(order, stamp, 7))).toBe("StaleHandle")
  const last = books.place(0, 1, 8, 1, 0, true)
  const lastStamp = books.stamp
  books.stamps = 0xffff_ffff
  expect(nameOf(books.place(0, 1, 6, 1, 0, true))).toBe("StampsUsedUp")
  expect(nameOf(books.move(last, lastStamp, 7))).toBe("StampsUsedUp")
  expect([books.trades, books.pool.live]).toEqual([2, 3])
})

it("what was traded is counted in trades, Wh and ticks times Wh; what rests lies in the parts that benches read", () => {
  const books = opened()
  books.place(0, 1, 5, 10, 0, true)
  books.place(0, 1, 7, 10, 1, true)
  expect(books.place(0, 0, 9, 16, 2, false)).toBe(0)
  expect([books.trades, books.quantity, books.notional]).toEqual([2, 16, 5 * 10 + 7 * 6])
  const { pool, ladder, ids, places } = books
  expect([pool.live, pool.capacity, ladder.sums.reduce((sum, value, at) => (at % 2 === 1 ? sum + value : sum), 0)]).toEqual([1, 4, 4])
  const parts = [pool.words, ids.entries, ladder.cells].map(({ byteOffset, byteLength }) => [byteOffset, byteOffset + byteLength])
  expect(parts).toEqual([[places.orders, places.leaves], [places.ids, places.orders], [places.levels, places.end]])
})

it("an order that moves meets who rests, and rests with what is left", () => {
  const books = opened()
  books.open(1)
  const place = (side: number, tick: number, quantity: number) => ({ order: books.place(1, side, tick, quantity, 0, true), stamp: books.stamp })
  place(1, 5, 10)
  const ask = place(1, 6, 10)
  const bid = place(0, 3, 15)
  expect(books.move(bid.order, bid.stamp, 5)).toBe(bid.order)
  expect([books.trades, books.quantity, books.pool.live]).toEqual([1, 10, 2])
  expect(books.cancel(bid.order, bid.stamp)).toBe(STALE_HANDLE)
  expect(place(1, 5, 2).order).toBe(0)
  expect(books.move(ask.order, ask.stamp, 5)).toBe(ask.order)
  expect([books.trades, books.quantity, books.pool.live]).toEqual([3, 15, 1])
  const last = place(0, 3, 7)
  expect(books.move(last.order, last.stamp, 5)).toBe(0)
  expect([books.trades, books.quantity, books.pool.live]).toEqual([4, 22, 0])
})

it("a cancelled order leaves its side's best price to the next; what may not rest does not", () => {
  const books = opened()
  const best = books.place(0, 1, 5, 10, 0, true)
  const { stamp } = books
  books.place(0, 1, 7, 10, 0, true)
  expect(books.cancel(best, stamp)).toBe(ACCEPTED)
  expect(books.place(0, 0, 9, 15, 1, false)).toBe(0)
  expect([books.trades, books.quantity, books.notional, books.pool.live]).toEqual([1, 10, 70, 0])
})

it("what lies behind the pool is no order, even where a word there is the stamp", () => {
  const books = new HandleBooks({ ...rules, maximumPrice: 2_900 })
  books.open(0)
  // The first bit of the eighth word of prices that hold orders lies where an order has its stamp.
  expect(books.place(0, 1, 7 * 32, 1, 0, true)).toBeGreaterThan(0)
  expect(books.stamp).toBe(1)
  expect(books.cancel(books.places.leaves, 1)).toBe(STALE_HANDLE)
})

it("a moved order is gone from where it was", () => {
  const books = opened()
  const order = books.place(0, 1, 5, 10, 0, true)
  expect(books.move(order, books.stamp, 7)).toBe(order)
  books.place(0, 0, 6, 10, 1, false)
  expect(books.trades).toBe(0)
})
