import { expect, it } from "vitest"
import { openRules } from "../../../property-tests/arbitraries/world.ts"
import { decode, encode } from "../quantity/codec.ts"
import { NotCanonical } from "../quantity/canonical-reader.ts"
import { ACCEPTED } from "./book/status.ts"
import { BUY, SELL, termsOf } from "./book/terms.ts"
import { marketBooks } from "./market-books-codec.ts"
import { MarketBooks } from "./market-books.ts"

/** Ben bids 101 for 77 Wh, Ada asks 110 for 88 Wh and 113 for 99 Wh. */
const someBooks = (): Uint8Array => {
  const books = new MarketBooks(openRules)
  books.admit({ meteringPoint: "ada-roof", member: "ada", community: "sun" })
  books.admit({ meteringPoint: "ben-home", member: "ben", community: "sun" })
  expect(books.open(900, "sun")).toBe(ACCEPTED)
  expect(books.books.place(0, 1, 11, 0, termsOf(BUY), 101_000, 77, 0, [])).toBe(ACCEPTED)
  expect(books.books.place(0, 0, 12, 0, termsOf(SELL), 110_000, 88, 0, [])).toBe(ACCEPTED)
  expect(books.books.place(0, 0, 13, 0, termsOf(SELL), 113_000, 99, 0, [])).toBe(ACCEPTED)
  books.books.log.drained()
  return encode(marketBooks, books)
}

/** The bytes with one little-endian word changed, which must stand there once. */
const changed = (from: number, to: number): Uint8Array => {
  const bytes = Buffer.from(someBooks())
  const word = Buffer.alloc(4)
  word.writeInt32LE(from)
  const at = bytes.indexOf(word)
  expect([at >= 0, bytes.indexOf(word, at + 1)]).toEqual([true, -1])
  bytes.writeInt32LE(to, at)
  return new Uint8Array(bytes)
}

it("books come back as they were, orders by name", () => {
  const restored = decode(marketBooks, someBooks())
  expect(encode(marketBooks, restored)).toEqual(someBooks())
  expect([...restored.orders.values()].map(({ orderId, member, side, price, remaining, period, community }) => [orderId, member, side, price, remaining, period, community])).toEqual([
    [11, "ben", "buy", 101_000, 77, 900, "sun"],
    [12, "ada", "sell", 110_000, 88, 900, "sun"],
    [13, "ada", "sell", 113_000, 99, 900, "sun"]
  ])
})

it.each([
  ["an ask that a bid reaches", 110_000, 101_000],
  ["an ask below the bid", 110_000, 90_000],
  ["a worse ask before a better", 113_000, 105_000],
  ["a price off the tick", 101_000, 101_500],
  ["a price outside the band", 101_000, -2_000_000],
  ["no quantity", 77, 0],
  ["less than nothing", 77, -5],
  ["more than an order may be", 88, 1_000_001]
])("%s is no snapshot", (_, from, to) => {
  expect(() => decode(marketBooks, changed(from, to))).toThrow(NotCanonical)
})
