import { expect, it } from "vitest"
import { readableRules } from "../../../../../property-tests/arbitraries/readable-books.ts"
import { CANCEL, MOVE, REDUCE } from "../commands.ts"
import { ACCEPTED, UNKNOWN_ORDER } from "../status.ts"
import { termsOf } from "../terms.ts"
import { FastBooks } from "./fast-books.ts"
import { ID_MIXERS } from "./multipliers.ts"

// Whatever the hash, an id is found: only how long a search walks shows that ids lie scattered.
it.each<[string, (at: number) => readonly [account: number, low: number, high: number]]>([
  ["ids that count up", (at) => [0, at, 0]],
  ["ids that count up in their high half", (at) => [0, 7, at]],
  ["one id of many accounts", (at) => [at, 7, 7]]
])("%s lie scattered over the table", (_, idOf) => {
  const books = new FastBooks({ ...readableRules, maximumOpen: 1_000, accounts: 256, orders: 1_024 })
  books.open(1, 0)
  for (let at = 0; at < 256; at++) {
    books.setAccount(at, at, 0)
    const [account, low, high] = idOf(at)
    expect(books.place(0, account, low, high, termsOf(1), 100, 5, 0, [])).toBe(ACCEPTED)
  }
  const { entries } = books.ids
  let longest = 0
  for (let at = 0, run = 0; at < 2_048; at++) {
    run = entries[2 * at] === 0 ? 0 : run + 1
    longest = Math.max(longest, run)
  }
  // An eighth of the table is used: among ids that fall at random a run of 12 comes in one of a thousand such tables.
  expect(longest).toBeLessThan(12)
})

// Only an odd number has an inverse modulo 2^32; with it, of one id every account has another hash, and nobody finds another's order.
it("what ids are mixed by is odd", () => {
  expect(ID_MIXERS.map((mixer) => mixer % 2)).toEqual([1, 1, 1, 1])
})

it.each([1, 1 << 20, 1 << 31, -1])("account 3 and %i has no order of account 3", (other) => {
  const books = new FastBooks({ ...readableRules, accounts: 8, orders: 8 })
  books.open(1, 0)
  books.setAccount(3, 3, 0)
  expect(books.place(0, 3, 7, 0, termsOf(1), 100, 5, 0, [])).toBe(ACCEPTED)
  const account = 3 ^ other
  expect([books.cancel(account, 7, 0), books.reduce(account, 7, 0, 1), books.move(account, 7, 0, 101)]).toEqual([UNKNOWN_ORDER, UNKNOWN_ORDER, UNKNOWN_ORDER])
  books.run(Int32Array.from([CANCEL, MOVE, REDUCE].flatMap((kind) => [kind, account, 7, 0, 101, 1, 0, 0])), 0, 3)
  expect(books.openOrders(3)).toBe(1)
})
