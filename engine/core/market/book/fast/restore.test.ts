import { describe, expect, it } from "vitest"
import { NotCanonical } from "../../../quantity/canonical-reader.ts"
import { applyTo, crampedRules } from "../../../../../property-tests/arbitraries/book-command.ts"
import { ACCEPTED } from "../status.ts"
import { termsOf } from "../terms.ts"
import { FastBooks } from "./fast-books.ts"
import { restoreFast } from "./restore.ts"

const BUY = termsOf(0)
const SELL = termsOf(1)

/** A book with the bids 10 and 20 and the asks 30 and 40, of one account, as words. */
const snapshot = (): Int32Array => {
  const books = new FastBooks(crampedRules)
  const orders = [[1, BUY, 10], [2, BUY, 20], [3, SELL, 30], [4, SELL, 40]] as const
  expect(applyTo(books, ["setAccount", 0, 0, 1_000_000])).toBe(ACCEPTED)
  expect(applyTo(books, ["open", 7, 0])).toBe(ACCEPTED)
  for (const [id, terms, price] of orders) expect(applyTo(books, ["place", 0, 0, id, 0, terms, price, 5, 0, []])).toBe(ACCEPTED)
  return new Int32Array(books.snapshot().slice().buffer)
}

// 17 words say whose snapshot it is, then one account of 6 words and one book of 8, each behind their count, and orders of 7 words.
const ACCOUNT = 17 + 1
const BOOKS = ACCOUNT + 6
const BOOK = BOOKS + 1
const ORDERS = BOOK + 8
const [ID, TERMS, PRICE] = [1, 3, 4]
/** Word of an order, counted in the order of the snapshot: the bids 20 and 10, the asks 30 and 40. */
const wordOf = (order: number, field: number): number => ORDERS + order * 7 + field

type Damage = ReadonlyArray<readonly [at: number, from: number, to: number]>
const restored = (damage: Damage): FastBooks => {
  const words = snapshot()
  for (const [at, from, to] of damage) {
    expect(words[at], `word ${at}`).toBe(from)
    words[at] = to
  }
  return restoreFast(crampedRules, new Uint8Array(words.buffer))
}

describe("a snapshot that no books wrote is refused", () => {
  it.each<[string, Damage]>([
    ["an account beyond the table", [[ACCOUNT, 0, crampedRules.accounts]]],
    ["an account before the table", [[ACCOUNT, 0, -1]]],
    ["an owner beyond the table", [[ACCOUNT + 1, 0, crampedRules.accounts]]],
    ["an owner before the table", [[ACCOUNT + 1, 0, -1]]]
  ])("%s", (_, damage) => {
    expect(() => restored(damage)).toThrow(NotCanonical)
    expect(() => restored(damage)).toThrow("a snapshot with an account that no table can hold")
  })

  it.each<[string, Damage]>([
    ["a book beyond the last place", [[BOOK, 0, crampedRules.books]]],
    ["a book before the first place", [[BOOK, 0, -1]]],
    ["a tariff beyond the last", [[BOOK + 3, 0, crampedRules.tariffs.length]]],
    ["a tariff before the first", [[BOOK + 3, 0, -1]]],
    ["a book that is not open", [[BOOK + 4, 1, 0]]],
    ["a book in no phase", [[BOOK + 4, 1, 3]]]
  ])("%s", (_, damage) => {
    expect(() => restored(damage)).toThrow(NotCanonical)
    expect(() => restored(damage)).toThrow("a snapshot with a book that has no place")
  })

  it.each<[string, Damage]>([
    ["an ask among the bids", [[wordOf(0, TERMS), BUY, SELL]]],
    ["a bid among the asks", [[wordOf(2, TERMS), SELL, BUY]]],
    ["an ask at the price of a bid", [[wordOf(2, PRICE), 30, 20]]],
    ["an ask below a bid", [[wordOf(3, PRICE), 40, 10]]],
    ["a price between two ticks", [[wordOf(3, PRICE), 40, 41]]],
    ["one id twice", [[wordOf(3, ID), 4, 3]]]
  ])("%s", (_, damage) => {
    expect(() => restored(damage)).toThrow(NotCanonical)
    expect(() => restored(damage)).toThrow("a snapshot with an order that no book can hold")
  })

  it("two books at one place, two books of one key", () => {
    const words = [...snapshot()]
    const second = (place: number, key: number) => [...words.with(BOOKS, 2), place, key, 0, 0, 1, 0, 0, 0]
    const restore = (all: ReadonlyArray<number>) => restoreFast(crampedRules, new Uint8Array(Int32Array.from(all).buffer))
    expect(restore(second(1, 8)).isOpen(1)).toBe(true)
    expect(() => restore(second(0, 8))).toThrow(NotCanonical)
    expect(() => restore(second(1, 7))).toThrow(NotCanonical)
  })

  it("and what was written is restored: the book closes once more", () => {
    const books = restored([])
    expect(books.depth(0, 0, 9).map(({ price }) => price)).toEqual([20, 10])
    expect(applyTo(books, ["close", 0, 0])).toBe(ACCEPTED)
    expect(books.openOrders(0)).toBe(0)
  })
})
