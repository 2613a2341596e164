import { describe, expect, it } from "vitest"
import { NotCanonical } from "../../../quantity/canonical-reader.ts"
import { applyTo, crampedRules } from "../../../../../property-tests/arbitraries/book-command.ts"
import { CANCEL, MOVE } from "../commands.ts"
import { ACCEPTED, AMOUNT_WRONG } from "../status.ts"
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
const [ID, TERMS, PRICE, QUANTITY] = [1, 3, 4, 5]
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

  const highest = crampedRules.maximumPrice
  it.each<[string, Damage]>([
    ["a kind of order that is none", [[wordOf(3, TERMS), SELL, SELL | (5 << 1)]]],
    ["a kind of order that is none, to buy", [[wordOf(0, TERMS), BUY, BUY | (5 << 1)]]],
    ["a policy that is none", [[wordOf(3, TERMS), SELL, SELL | (5 << 4)]]],
    ["a bit of the terms that means nothing", [[wordOf(3, TERMS), SELL, SELL | 0x80]]],
    ["an account beyond the table of accounts", [[wordOf(3, 0), 0, crampedRules.accounts]]],
    ["an account before it", [[wordOf(3, 0), 0, -1]]],
    ["an account that nobody has", [[wordOf(3, 0), 0, 1]]],
    ["a price above the band", [[wordOf(3, PRICE), 40, highest + crampedRules.priceTick]]],
    ["a price below the band", [[wordOf(1, PRICE), 10, crampedRules.minimumPrice - crampedRules.priceTick]]],
    ["nothing open", [[wordOf(3, QUANTITY), 5, 0]]],
    ["less than nothing open", [[wordOf(3, QUANTITY), 5, -5]]],
    ["more open than an order may have", [[wordOf(3, QUANTITY), 5, crampedRules.maximumQuantity + 1]]]
  ])("an order with %s", (_, damage) => {
    expect(() => restored(damage)).toThrow("a snapshot with an order that no book can hold")
  })

  it("an order of the account behind the last one, whatever is written behind the accounts", () => {
    // 128 accounts fill a page; the ids of the orders before it lie behind it.
    const rules = { ...crampedRules, accounts: 128, orders: 4 }
    for (let id = 1; id <= 64; id++) {
      const words = snapshot()
      words[wordOf(0, ID)] = id + 100
      expect(restoreFast(rules, new Uint8Array(words.buffer)).openOrders(0)).toBe(4)
      words[wordOf(1, 0)] = 128
      expect(() => restoreFast(rules, new Uint8Array(words.buffer))).toThrow("a snapshot with an order that no book can hold")
    }
  })

  it("more counterparties than an order can name: eight are restored, nine are not", () => {
    const naming = (count: number) => {
      const words = [...snapshot()].with(wordOf(3, TERMS), SELL | (count << 9))
      // Who names somebody stands in the third list, of which the last order is the only one.
      words[BOOK + 6] = 1
      words[BOOK + 7] = 1
      return () => restoreFast(crampedRules, new Uint8Array(Int32Array.from([...words, ...Array.from({ length: count }, () => 0)]).buffer))
    }
    expect(naming(8)().openOrders(0)).toBe(4)
    expect(naming(9)).toThrow(NotCanonical)
  })

  it("more orders than there is room for", () => {
    const bytes = new Uint8Array(snapshot().buffer)
    expect(restoreFast({ ...crampedRules, orders: 4 }, bytes).openOrders(0)).toBe(4)
    expect(() => restoreFast({ ...crampedRules, orders: 3 }, bytes)).toThrow("a snapshot with an order that no book can hold")
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

describe("what was restored", () => {
  const rules = { ...crampedRules, minimumPrice: 0, maximumPrice: 990, priceTick: 10, minimumQuantity: 1, maximumQuantity: 100, maximumOpen: 1_000, maximumDirected: 8, books: 2, accounts: 8, orders: 400 }
  const CREDIT = 10_000_000
  const COUNT = 150

  /** Ids that lie far from each other, as those of a client do. */
  const idOf = (at: number): readonly [low: number, high: number] => [Math.imul(at + 1, 0x9e3779b1), at]
  /** Two books of 150 orders: some good till a time, some for one or eight owners only. */
  const filled = (): FastBooks => {
    const books = new FastBooks(rules)
    for (let account = 0; account < 8; account++) books.setAccount(account, account, CREDIT)
    for (let book = 0; book < 2; book++) books.open(book + 1, 0)
    for (let at = 0; at < COUNT; at++) {
      const side = at & 1
      const named = at % 50 === 7 ? [(at + 1) % 8] : at % 50 === 8 || at % 50 === 9 ? [0, 1, 2, 3, 4, 5, 6, 7] : []
      const price = side === 0 ? 10 * (at % 40) : 500 + 10 * (at % 45)
      expect(books.place((at >> 1) & 1, at % 8, ...idOf(at), termsOf(side), price, 1 + (at % 90), at % 3 === 0 ? 1_000 + at : 0, named)).toBe(ACCEPTED)
    }
    return books
  }
  const heldBy = (books: FastBooks) => Array.from({ length: 8 }, (_, account) => [books.held(account), books.openOrders(account)])

  it.each<[string, (books: FastBooks, at: number) => number]>([
    ["is cancelled by its id", (books, at) => books.cancel(at % 8, ...idOf(at))],
    ["is reduced", (books, at) => books.reduce(at % 8, ...idOf(at), 1)],
    ["is moved", (books, at) => books.move(at % 8, ...idOf(at), 450)]
  ])("%s as if nothing had happened", (_, change) => {
    const books = filled()
    const again = restoreFast(rules, books.snapshot())
    expect(heldBy(again)).toEqual(heldBy(books))
    for (let at = 0; at < COUNT; at++) {
      expect([at, change(again, at)]).toEqual([at, change(books, at)])
      expect(heldBy(again)).toEqual(heldBy(books))
    }
    expect(again.log.hash()).toBe(books.log.hash())
    expect(Buffer.from(again.snapshot()).equals(Buffer.from(books.snapshot()))).toBe(true)
  })

  it("is changed by a batch of any length", () => {
    const books = filled()
    const again = restoreFast(rules, books.snapshot())
    for (let from = 0, count = 1; from < COUNT; from += count, count++) {
      const words = Array.from({ length: Math.min(count, COUNT - from) }, (_, at) => [at % 2 === 0 ? CANCEL : MOVE, (from + at) % 8, ...idOf(from + at), 450, 0, 0, 0])
      for (const one of [books, again]) one.run(Int32Array.from(words.flat()), 0, words.length)
    }
    expect(again.log.hash()).toBe(books.log.hash())
    expect(heldBy(again)).toEqual(heldBy(books))
  })

  it("locks as orders what its orders lock, so that all of it is free again when they are gone", () => {
    const again = restoreFast(rules, filled().snapshot())
    // What trades lock could be released: of this, which buyers have locked, nothing can.
    for (let account = 0; account < 8; account++) expect([account, again.held(account) > 0, again.release(account, 1)]).toEqual([account, account % 2 === 0, AMOUNT_WRONG])
    for (let owner = 0; owner < 8; owner++) again.cancelAll(owner)
    expect(heldBy(again)).toEqual(Array.from({ length: 8 }, () => [0, 0]))
  })

  it("may be more levels than are fetched at once, and lists longer than a piece of the memory", () => {
    const wide = { ...rules, maximumPrice: 9_990, maximumOpen: 10_000, orders: 8_000 }
    const books = new FastBooks(wide)
    for (let account = 0; account < 8; account++) books.setAccount(account, account, 2 ** 50)
    for (let book = 0; book < 2; book++) books.open(book + 1, 0)
    // 500 prices of the first book; 5,000 orders at three prices of the second, the times of some among them.
    for (let at = 0; at < 500; at++) expect(books.place(0, at % 8, ...idOf(at), termsOf(at < 250 ? 0 : 1), 10 * at, 3, 0, [])).toBe(ACCEPTED)
    for (let at = 500; at < 5_500; at++) expect(books.place(1, at % 8, ...idOf(at), termsOf(0), 40 + 20 * (at % 3), 2, at % 7 === 0 ? at : 0, [])).toBe(ACCEPTED)
    const waiting = books.log.words.slice(0, books.log.length)
    const bytes = books.snapshot().slice()
    expect(Buffer.from(books.log.words.slice(0, books.log.length).buffer).equals(Buffer.from(waiting.buffer))).toBe(true)
    const again = restoreFast(wide, bytes)
    expect(Buffer.from(again.snapshot()).equals(Buffer.from(bytes))).toBe(true)
    for (let at = 0; at < 5_500; at++) expect(again.cancel(at % 8, ...idOf(at))).toBe(ACCEPTED)
    expect(heldBy(again)).toEqual(Array.from({ length: 8 }, () => [0, 0]))
  })

  it("may lie across the end of such a piece, wherever that cuts an order", () => {
    const wide = { ...rules, maximumOpen: 2_500, orders: 2_500 }
    // An order takes 28 bytes, one with a time 36: with so many of the former first, the end falls on each of the nine words of the latter.
    for (let untimed = 0; untimed < 9; untimed++) {
      const books = new FastBooks(wide)
      books.setAccount(0, 0, 2 ** 50)
      books.open(1, 0)
      for (let at = 0; at < 2_500; at++) books.place(0, 0, ...idOf(at), termsOf(0), 40, 2, at < untimed ? 0 : 1_000 + at, [])
      const bytes = books.snapshot().slice()
      expect(Buffer.from(restoreFast(wide, bytes).snapshot()).equals(Buffer.from(bytes))).toBe(true)
    }
  })

  it("names the counterparties that were named", () => {
    const books = filled()
    const again = restoreFast(rules, books.snapshot())
    for (const one of [books, again]) for (let account = 0; account < 8; account++) one.place(0, account, 7, 7, termsOf(0), 990, 100, 0, [])
    expect(again.log.hash()).toBe(books.log.hash())
  })

  it("leaves when its time is over", () => {
    const books = filled()
    const again = restoreFast(rules, books.snapshot())
    for (const one of [books, again]) one.advance(1_075)
    expect(again.log.hash()).toBe(books.log.hash())
    expect(heldBy(again)).toEqual(heldBy(books))
  })
})
