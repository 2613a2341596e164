import { expect, it } from "vitest"
import { readableRules } from "../../../../../property-tests/arbitraries/readable-books.ts"
import { PLACE } from "../commands.ts"
import { ACCEPTED } from "../status.ts"
import { termsOf } from "../terms.ts"
import { FastBooks } from "./fast-books.ts"
import { placesFor } from "./places.ts"
import { restoreFast } from "./restore.ts"

// Memory is given by 64 KB. Mostly something is left behind the last level, and reading on there would pass unnoticed:
// here nothing is left.
const PAGE = 65_536
const TICKS = 1_024
const rules = { ...readableRules, minimumPrice: 0, maximumPrice: TICKS - 1, priceTick: 1, books: 1, accounts: 1, orders: 8 }
const accounts = Array.from({ length: PAGE / 4_096 }, (_, page) => 1 + page * 128).find((count) => placesFor({ ...rules, accounts: count }).end % PAGE === 0)!
const tight = { ...rules, accounts }

const opened = (): FastBooks => {
  const books = new FastBooks(tight)
  books.setAccount(0, 0, 0)
  books.open(1, 0)
  return books
}
const place = (book: number, id: number, price: number) => [PLACE | (termsOf(1) << 8) | (book << 16), 0, id, 0, price, 5, 0, 0]
const run = (books: FastBooks, ...commands: ReadonlyArray<ReadonlyArray<number>>) => books.run(Int32Array.from(commands.flat()), 0, commands.length)

it("the last level ends where the memory ends", () => {
  expect(opened().words.byteLength).toBe(placesFor(tight).end)
})

it.each([["one tick above the band", place(0, 1, TICKS)], ["in a book behind the last one", place(1, 1, 0)], ["in a book far behind it", place(65_535, 1, 0)]])("an order %s is refused, and nothing behind the levels is read", (_, command) => {
  const books = opened()
  run(books, command)
  expect(books.openOrders(0)).toBe(0)
})

it("a snapshot of the last book reads no further than its last price, nor does its restoring", () => {
  const books = opened()
  run(books, place(0, 1, TICKS - 2), place(0, 2, TICKS - 1))
  const bytes = books.snapshot().slice()
  expect(restoreFast(tight, bytes).cancel(0, 2, 0)).toBe(ACCEPTED)
})
