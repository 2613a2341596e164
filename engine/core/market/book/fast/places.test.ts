import { expect, it } from "vitest"
import { readableRules } from "../../../../../property-tests/arbitraries/readable-books.ts"
import type { BookRules } from "../rules.ts"
import { HEADS } from "./layout.ts"
import { idEntries, placesFor } from "./places.ts"

const PAGE = 4_096
/** Pages from the beginning of each part to the next, the books' heads first. */
const pagesOf = (rules: BookRules): ReadonlyArray<number> => {
  const { accounts, ids, orders, leaves, middles, uppers, counterparties, times, levels, end } = placesFor(rules)
  const begins = [HEADS, accounts, ids, orders, leaves, middles, uppers, counterparties, times, levels, end]
  return begins.slice(1).map((at, part) => (at - begins[part]!) / PAGE)
}

it("every part has the pages that it may fill", () => {
  // 64 heads of 64 bytes; 129 accounts of 32; 1,024 ids of 8; 513 orders of 32, one of them nobody; bits of 64 x 2^20
  // ticks, of their words and of the words of these; 513 lists of 32 and times of 8; 64 x 2^20 levels of 16.
  const wide = { ...readableRules, minimumPrice: 0, maximumPrice: 2 ** 20 - 1, priceTick: 1, books: 64, accounts: 129, orders: 512 }
  expect(pagesOf(wide)).toEqual([1, 2, 2, 5, 2_048, 64, 2, 5, 2, 262_144])
})

it("a book of few prices has a word of each bitmap", () => {
  const narrow = { ...readableRules, minimumPrice: 0, maximumPrice: 310, books: 2_048, accounts: 1, orders: 1 }
  expect(pagesOf(narrow)).toEqual([32, 1, 1, 1, 2, 2, 2, 1, 1, 256])
})

it("the table of ids is at most half full", () => {
  expect([1, 2, 3, 16, 17].map((orders) => idEntries({ ...readableRules, orders }))).toEqual([2, 4, 8, 32, 64])
})
