import { describe, expect, it } from "vitest"
import { readableRules } from "../../../../property-tests/arbitraries/readable-books.ts"
import type { Books } from "./books.ts"
import { CANCEL, MOVE, PLACE } from "./commands.ts"
import { FastBooks } from "./fast/fast-books.ts"
import { NaiveBooks } from "./naive/naive-books.ts"
import type { BookRules } from "./rules.ts"
import { CANCEL_BOTH, CANCEL_OLDEST, DECREMENT, FILL_OR_KILL, IMMEDIATE_OR_CANCEL, LIMIT, MARKET, POST_ONLY, termsOf } from "./terms.ts"

// Batches go by a way of their own through the fast books (assembly/quick.ts). Each example is what that way might miss,
// and what the naive books make of it is what must come out: events, holds, open orders and all that a snapshot holds.

const tariffs = [{ residualSupplyPrice: 300, feedInPrice: 50 }, { residualSupplyPrice: 120, feedInPrice: -30 }]
const rules: BookRules = { ...readableRules, priceTick: 1, maximumOpen: 10_000, tariffs, books: 3, accounts: 4, orders: 64 }
const CREDIT = 1_000_000_000
const BUY = termsOf(0)
const SELL = termsOf(1)

type Words = ReadonlyArray<number>
const place = (book: number, account: number, id: number, terms: number, price: number, quantity: number, until = 0): Words => [PLACE | (terms << 8) | (book << 16), account, id, 7, price, quantity, until, 0]
const cancel = (account: number, id: number): Words => [CANCEL, account, id, 7, 0, 0, 0, 0]
const move = (account: number, id: number, price: number): Words => [MOVE, account, id, 7, price, 0, 0, 0]

const opened = (books: Books): Books => {
  for (let book = 0; book < 3; book++) books.open(book + 1, book === 2 ? 1 : 0)
  for (let account = 0; account < 4; account++) books.setAccount(account, account === 3 ? 2 : account, CREDIT)
  return books
}
/** Does something to fresh books, runs the commands in one batch, does something after; the same with the naive books. */
const same = (commands: ReadonlyArray<Words>, { under = rules, before = () => undefined, after = () => undefined }: { readonly under?: BookRules; readonly before?: (books: Books) => void; readonly after?: (books: Books) => void } = {}) => {
  const both = [new FastBooks(under), new NaiveBooks(under)].map((books) => {
    opened(books)
    before(books)
    books.run(Int32Array.from(commands.flat()), 0, commands.length)
    after(books)
    return {
      held: [0, 1, 2, 3].map((account) => [books.held(account), books.openOrders(account)]),
      depth: [0, 1, 2].map((book) => [books.depth(book, 0, 99), books.depth(book, 1, 99)]),
      hash: books.log.hash(),
      snapshot: Buffer.from(books.snapshot()).toString("hex")
    }
  })
  expect(both[0]).toEqual(both[1])
  return both[1]!
}
/** An order of account 1 in book 0 that only the owner named may meet. */
const directed = (id: number, terms: number, price: number, quantity: number, named: number) => (books: Books) => void books.place(0, 1, id, 7, terms, price, quantity, 0, [named])

describe("an order good till a time", () => {
  it("is refused where that time is over", () => {
    expect(same([place(0, 0, 1, BUY, 20, 5, 1)], { before: (books) => void books.advance(5) }).held[0]![1]).toBe(0)
  })
  it("leaves its time behind when it is cancelled or filled", () => {
    same([place(0, 0, 1, BUY, 20, 5, 9), cancel(0, 1), place(0, 0, 1, BUY, 21, 6), place(0, 0, 2, BUY, 30, 5, 9), place(0, 1, 3, SELL, 30, 5), place(0, 0, 2, BUY, 22, 7)], { after: (books) => void books.advance(50) })
  })
})

describe("an order for named owners only", () => {
  it("is moved where it lies, beside the ladder", () => {
    same([move(1, 1, 40), place(0, 0, 2, BUY, 45, 3)], { before: directed(1, SELL, 60, 5, 0) })
  })
  it("is cancelled there, and those on the ladder stay", () => {
    same([place(0, 2, 9, SELL, 60, 4), cancel(1, 1), place(0, 0, 2, BUY, 70, 9)], { before: directed(1, SELL, 60, 5, 0) })
  })
  it("is forgotten by the orders after it: they may meet everybody", () => {
    for (const kind of [MARKET, FILL_OR_KILL, IMMEDIATE_OR_CANCEL, POST_ONLY, LIMIT]) same([place(0, 2, 8, SELL, 20, 4), place(0, 0, 9, termsOf(0, kind), 25, 4)], { before: directed(1, BUY, 10, 5, 3) })
  })
})

it("credit that does not suffice refuses an order, in the book of either tariff", () => {
  for (const book of [0, 2]) for (let credit = 60; credit < 160; credit += 5) same([place(book, 0, 1, BUY, 60, 1), place(book, 0, 2, SELL, 70, 1)], { before: (books) => void books.setAccount(0, 0, credit) })
})

it("who came second is the first once the first is filled, and leaves as such", () => {
  const { depth } = same([place(0, 1, 1, SELL, 20, 5), place(0, 2, 2, SELL, 20, 6), place(0, 0, 3, termsOf(0, IMMEDIATE_OR_CANCEL), 20, 5), cancel(2, 2), place(0, 0, 4, BUY, 20, 3), cancel(0, 4), place(0, 1, 5, SELL, 20, 7), place(0, 2, 6, SELL, 20, 8)])
  expect(depth[0]).toEqual([[], [{ price: 20, quantity: 15 }]])
})

it("orders of one owner that meet: each of the policies frees what it withdraws", () => {
  for (const policy of [DECREMENT, CANCEL_OLDEST, CANCEL_BOTH]) {
    for (const [side, price] of [[0, 80], [1, 20]] as const) {
      for (const [mine, others] of [[5, 8], [8, 5], [5, 5]] as const) {
        const commands = [place(2, 3, 1, termsOf(1 - side), 50, mine), place(2, 1, 2, termsOf(1 - side), 50, others), place(2, 2, 3, termsOf(side, LIMIT, policy), price, 9), cancel(1, 2), cancel(2, 3)]
        same(commands)
        same(commands, { before: (books) => void books.place(2, 1, 77, 7, termsOf(1 - side), side === 0 ? 299 : -99, 1, 0, [0]) })
      }
    }
  }
})
