import { describe, expect, it } from "vitest"
import { readableRules } from "../../../../../property-tests/arbitraries/readable-books.ts"
import { CANCEL, COMMAND_WORDS, PLACE } from "../commands.ts"
import { ACCEPTED } from "../status.ts"
import { termsOf } from "../terms.ts"
import { FastBooks } from "./fast-books.ts"

/** First and last ticks of words of 32 bits, of words of words, and of the words of these, as far as a band goes. */
const EDGES = [0, 1, 30, 31, 32, 33, 62, 63, 64, 992, 1_023, 1_024, 1_055, 1_056, 2_047, 2_048, 31_743, 31_744, 32_767, 32_768, 32_769, 33_792, 65_535, 65_536, 98_303, 98_304, 524_287, 524_288, 1_015_808, 1_048_544, 1_048_574, 1_048_575]
const BOOKS = 3
const rulesFor = (ticks: number) => ({ ...readableRules, minimumPrice: 0, maximumPrice: ticks - 1, priceTick: 1, maximumOpen: 1_000, books: BOOKS, accounts: 1, orders: 200 })

/** Ticks of each book: all edges in the second, every other one of them in its neighbours. */
const ticksIn = (book: number, ticks: number): Array<number> => EDGES.filter((tick, at) => tick < ticks && (book === 1 || (at + book) % 3 !== 0))

/** Places an order of 5 Wh on each of its ticks in each book, its id the tick and the book. */
const filled = (ticks: number, side: number): FastBooks => {
  const books = new FastBooks(rulesFor(ticks))
  books.setAccount(0, 0, 0)
  for (let book = 0; book < BOOKS; book++) {
    books.open(book + 1, 0)
    for (const tick of ticksIn(book, ticks)) expect(books.place(book, 0, tick, book, termsOf(side), tick, 5, 0, [])).toBe(ACCEPTED)
  }
  return books
}
const pricesOf = (books: FastBooks, book: number, side: number) => books.depth(book, side, 100).map(({ price }) => price)
/** Best first: the highest bid, the lowest ask. */
const inOrder = (ticks: ReadonlyArray<number>, side: number) => ticks.toSorted((left, right) => (side === 0 ? right - left : left - right))

// A band of 2^15 ticks is the last that three levels of words suffice for; one tick more takes a fourth.
describe.each([7, 32, 33, 1_024, 1_025, 32_768, 32_769, 65_536, 1_048_576])("in a band of %i ticks", (ticks) => {
  it.each([["bids", 0], ["asks", 1]])("the next price is found however far it is: %s", (_, side) => {
    const books = filled(ticks, side)
    const left = [0, 1, 2].map((book) => inOrder(ticksIn(book, ticks), side))
    for (let turn = 0; left.some(({ length }) => length > 0); turn++) {
      const book = turn % BOOKS
      // The best goes, then what lies in the middle, so that words become empty from both ends.
      const [gone] = left[book]!.splice(turn % 2 === 0 ? 0 : left[book]!.length >> 1, 1)
      if (gone !== undefined) expect(books.cancel(0, gone, book)).toBe(ACCEPTED)
      for (const [other, prices] of left.entries()) {
        expect(books.best(other, side)).toBe(prices[0])
        expect(pricesOf(books, other, side)).toEqual(prices)
      }
    }
  })

  it("and once all have left it is found anew, one side where the other was", () => {
    const books = filled(ticks, 0)
    for (let book = 0; book < BOOKS; book++) for (const tick of ticksIn(book, ticks)) books.cancel(0, tick, book)
    for (let book = 0; book < BOOKS; book++) for (const tick of ticksIn(book, ticks).toReversed()) books.place(book, 0, tick, book, termsOf(1), tick, 5, 0, [])
    for (let book = 0; book < BOOKS; book++) expect(pricesOf(books, book, 1)).toEqual(inOrder(ticksIn(book, ticks), 1))
  })

  it("and in a batch", () => {
    const books = new FastBooks(rulesFor(ticks))
    books.setAccount(0, 0, 0)
    for (let book = 0; book < BOOKS; book++) books.open(book + 1, 0)
    const words: Array<number> = []
    for (let book = 0; book < BOOKS; book++) for (const tick of ticksIn(book, ticks)) words.push(PLACE | (termsOf(1) << 8) | (book << 16), 0, tick, book, tick, 5, 0, 0)
    books.run(Int32Array.from(words), 0, words.length / COMMAND_WORDS)
    for (let book = 0; book < BOOKS; book++) expect(pricesOf(books, book, 1)).toEqual(inOrder(ticksIn(book, ticks), 1))
    const cancels = [0, 1, 2].flatMap((book) => ticksIn(book, ticks).slice(0, -1).flatMap((tick) => [CANCEL, 0, tick, book, 0, 0, 0, 0]))
    books.run(Int32Array.from(cancels), 0, cancels.length / COMMAND_WORDS)
    for (let book = 0; book < BOOKS; book++) expect(pricesOf(books, book, 1)).toEqual(ticksIn(book, ticks).slice(-1))
    const last = [0, 1, 2].flatMap((book) => [CANCEL, 0, ticksIn(book, ticks).at(-1)!, book, 0, 0, 0, 0])
    books.run(Int32Array.from(last), 0, BOOKS)
    expect(books.openOrders(0)).toBe(0)
  })
})

it("words of many wide books end before the names of those whom an order is for", () => {
  const books = new FastBooks({ ...rulesFor(1_048_576), books: 64, accounts: 3, maximumDirected: 8 })
  for (let account = 0; account < 3; account++) books.setAccount(account, account, 0)
  for (let book = 0; book < 64; book++) books.open(book + 1, 0)
  // The first order of all is for owner 0 only; then prices come into use that have words of their own, in every book.
  expect(books.place(0, 1, 1, 0, termsOf(1), 100, 5, 0, [0])).toBe(ACCEPTED)
  let id = 1
  for (let book = 1; book < 64; book++) for (const tick of [131_072 + 1_024, 131_072 + 2_048]) expect(books.place(book, 1, ++id, 0, termsOf(1), tick, 5, 0, [])).toBe(ACCEPTED)
  expect(books.place(0, 2, 999, 0, termsOf(0), 100, 5, 0, [])).toBe(ACCEPTED)
  expect([books.openOrders(1), books.openOrders(2)]).toEqual([127, 1])
  expect(books.place(0, 0, 999, 0, termsOf(0), 100, 5, 0, [])).toBe(ACCEPTED)
  expect([books.openOrders(1), books.openOrders(0)]).toEqual([126, 0])
})

it("a table of ids larger than all that lies before it is read within its bounds", () => {
  const books = new FastBooks({ ...rulesFor(1_024), maximumOpen: 1_000, orders: 200_000 })
  books.setAccount(0, 0, 0)
  books.open(1, 0)
  const one = (head: number, id: number) => [head, 0, Math.imul(id, 0x9e3779b1), id, id, 5, 0, 0]
  const ids = Array.from({ length: 200 }, (_, at) => at + 1)
  books.run(Int32Array.from(ids.flatMap((id) => one(PLACE | (termsOf(1) << 8), id))), 0, 200)
  expect(books.openOrders(0)).toBe(200)
  books.run(Int32Array.from(ids.flatMap((id) => one(CANCEL, id))), 0, 200)
  expect(books.openOrders(0)).toBe(0)
})
