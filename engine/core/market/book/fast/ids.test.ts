import { expect, it } from "vitest"
import { readableRules } from "../../../../../property-tests/arbitraries/readable-books.ts"
import { ACCEPTED } from "../status.ts"
import { termsOf } from "../terms.ts"
import { FastBooks } from "./fast-books.ts"

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
