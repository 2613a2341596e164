import { expect, it } from "vitest"
import { readableRules } from "../../../../property-tests/arbitraries/readable-books.ts"
import type { Books } from "./books.ts"
import { CANCEL, MOVE, PLACE, REDUCE } from "./commands.ts"
import { FastBooks } from "./fast/fast-books.ts"
import { NaiveBooks } from "./naive/naive-books.ts"

/** Tight everywhere: two tariffs, three books, and less room for orders and credit than is asked for. */
const rules = {
  ...readableRules, maximumQuantity: 60, maximumOpen: 7, maximumDirected: 2, books: 3, accounts: 5, orders: 14,
  tariffs: [{ residualSupplyPrice: 300, feedInPrice: 50 }, { residualSupplyPrice: 120, feedInPrice: -30 }]
}
const CREDIT = 25_000

/** Whole numbers below `count`, always the same ones (a linear congruence: Numerical Recipes, "quick and dirty"). */
const numbers = () => {
  let state = 1
  return (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
}

type Below = (count: number) => number
/** One of several numbers, the first of them most often. */
const mostly = (below: Below, usual: () => number, ...others: ReadonlyArray<number>): number => (below(12) > 0 ? usual() : others[below(others.length)]!)

/** A command as its eight words: usual ones, and each word now and then one that is not. */
const command = (below: Below, now: number): ReadonlyArray<number> => {
  const operation = mostly(below, () => [PLACE, PLACE, PLACE, CANCEL, MOVE, REDUCE][below(6)]!, 4, 255)
  const terms = mostly(below, () => below(2) | ([0, 0, 0, 2, 4, 6, 8][below(7)]!) | (below(5) << 4), 10, 0x50, 0x80)
  const book = mostly(below, () => below(3), 3, 65_535)
  const price = mostly(below, () => -100 + 10 * below(41), -110, 310, 5, 2 ** 31 - 1, -(2 ** 31))
  const until = mostly(below, () => 0, now + 1 + below(4), now)
  return [operation | (terms << 8) | (book << 16), mostly(below, () => below(4), 4, 5, -1), below(9), below(2), price, mostly(below, () => 1 + below(60), 0, -1, 61), until, 0]
}

/** What happens between two batches, now and then: the phases of books, directed orders, time, credit. */
const between = (below: Below, turn: number): ((books: Books) => void) => {
  const [book, account, id, price, named] = [below(3), below(4), below(9), -100 + 10 * below(41), below(4)]
  switch (below(6)) {
    case 0:
      return (books) => void books.place(book, account, id, 0, id & 1, price, 5, 0, [named])
    case 1:
      return (books) => void books.advance(turn)
    case 2:
      return (books) => void (turn % 5 === 0 ? books.collect(book) : books.setAccount(account, account === 3 ? 2 : account, CREDIT + 100 * id))
    case 3:
      return (books) => {
        if (turn % 3 !== 0) return
        books.close(book, price)
        books.open(1_000 * turn, turn & 1)
      }
    default:
      return () => undefined
  }
}

const opened = (books: Books): Books => {
  for (let book = 0; book < 3; book++) books.open(book + 1, book & 1)
  for (let account = 0; account < 4; account++) books.setAccount(account, account === 3 ? 2 : account, CREDIT)
  return books
}
const accountsOf = (books: Books) => [0, 1, 2, 3].map((account) => [books.held(account), books.openOrders(account)])

it("a batch is what its commands are one by one, in the fast books and in the naive ones, whatever they ask", () => {
  const below = numbers()
  const [batched, alone, naive] = [opened(new FastBooks(rules)), opened(new FastBooks(rules)), opened(new NaiveBooks(rules))]
  for (let turn = 1; turn <= 400; turn++) {
    const step = between(below, turn)
    for (const books of [batched, alone, naive]) step(books)
    const commands = Array.from({ length: 1 + below(40) }, () => command(below, turn))
    batched.run(Int32Array.from(commands.flat()), 0, commands.length)
    for (const one of commands) for (const books of [alone, naive]) books.run(Int32Array.from(one), 0, 1)
    const expected = accountsOf(naive)
    expect([accountsOf(batched), accountsOf(alone)], `turn ${turn}`).toEqual([expected, expected])
    const hash = naive.log.hash()
    expect([batched.log.hash(), alone.log.hash()], `turn ${turn}`).toEqual([hash, hash])
    for (const books of [batched, alone, naive]) books.log.drain()
  }
  expect(Buffer.from(batched.snapshot()).equals(Buffer.from(naive.snapshot()))).toBe(true)
})
