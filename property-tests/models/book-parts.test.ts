import { describe, expect, it } from "vitest"
import { NotCanonical } from "../../engine/core/quantity/canonical-reader.ts"
import type { Books } from "../../engine/core/market/book/books.ts"
import { EVENT_WORDS } from "../../engine/core/market/book/event-log.ts"
import { FastBooks } from "../../engine/core/market/book/fast/fast-books.ts"
import { restoreFast } from "../../engine/core/market/book/fast/restore.ts"
import { NaiveBooks } from "../../engine/core/market/book/naive/naive-books.ts"
import type { BookRules } from "../../engine/core/market/book/rules.ts"
import { STATUS_NAMES } from "../../engine/core/market/book/status.ts"
import { BUY, DECREMENT, LIMIT, SELL, termsOf } from "../../engine/core/market/book/terms.ts"

/** What mutants of the books showed to be said by no test, each as an example on both books. */
const rules: BookRules = {
  minimumPrice: -23, maximumPrice: 57, priceTick: 10, minimumQuantity: 1, maximumQuantity: 1_000, maximumOpen: 2_000, maximumDirected: 2,
  tariffs: [{ residualSupplyPrice: 40, feedInPrice: 10 }], books: 3, accounts: 6, orders: 2_000
}

interface Kind {
  readonly make: (rules: BookRules) => Books
  readonly restore: (rules: BookRules, bytes: Uint8Array) => Books
}
const kinds: ReadonlyArray<[string, Kind]> = [
  ["naive", { make: (given) => new NaiveBooks(given), restore: (given, bytes) => NaiveBooks.restore(given, bytes) }],
  ["fast", { make: (given) => new FastBooks(given), restore: restoreFast }]
]

const opened = ({ make }: Kind, books = 2): Books => {
  const made = make(rules)
  for (let book = 0; book < books; book++) made.open(900 * (book + 1), 0)
  for (let account = 0; account < rules.accounts; account++) made.setAccount(account, account, 2 ** 40)
  return made
}

/** The state hash by its definition, in whole numbers without a bound: four lanes, eight words an event. */
const hashOf = (words: ReadonlyArray<number>): string => {
  const BITS = 0xffff_ffffn
  const mix = (lane: bigint, word: number, multiplier: bigint): bigint => {
    const product = ((lane ^ (BigInt(word) & BITS)) * multiplier) & BITS
    return product ^ (product >> 15n)
  }
  const [p, q, r, s] = [0x9e3779b1n, 0x85ebca77n, 0xc2b2ae3dn, 0x27d4eb2fn]
  let [a, b, c, d] = [0x243f6a88n, 0x85a308d3n, 0x13198a2en, 0x03707344n]
  for (let at = 0; at < words.length; at += EVENT_WORDS) {
    const [w0, w1, w2, w3, w4, w5, w6, w7] = words.slice(at, at + EVENT_WORDS) as [number, number, number, number, number, number, number, number]
    a = mix(mix(a, w0, p), w4, q) ^ d
    b = mix(mix(b, w1, q), w5, r) ^ a
    c = mix(mix(c, w2, r), w6, s) ^ b
    d = mix(mix(d, w3, s), w7, p) ^ c
  }
  return [a, b, c, d].map((lane) => lane.toString(16).padStart(8, "0")).join("")
}

describe.each(kinds)("%s books", (_name, kind) => {
  it("the state hash is what its definition makes of the events, however they are drained", () => {
    const books = opened(kind)
    const events: Array<number> = [...books.log.drain()]
    for (let id = 0; id < 300; id++) {
      books.place(id % 2, id % 6, id, -id, termsOf(id & 1), -23 + 10 * (id % 9), 1 + (id % 7), 0, [])
      if (id % 50 === 20) events.push(...books.log.drain())
      if (id % 50 === 40) {
        const count = books.log.drained()
        events.push(...books.log.words.subarray(0, count))
      }
    }
    events.push(...books.log.drain())
    expect(events.length).toBeGreaterThan(300 * EVENT_WORDS)
    expect(books.log.hash()).toBe(hashOf(events))
    expect(books.log.length).toBe(0)
  })

  it("a log that nobody drains keeps every event", () => {
    const books = opened(kind)
    const before = books.log.drain().length / EVENT_WORDS
    for (let id = 0; id < 20_000; id++) books.cancel(1, id, 7)
    const words = books.log.drain()
    expect(words.length / EVENT_WORDS).toBe(20_000)
    for (let id = 0; id < 20_000; id += 997) expect([...words.subarray(id * EVENT_WORDS + 1, id * EVENT_WORDS + 4), words[id * EVENT_WORDS + 7]]).toEqual([1, id, 7, before + id + 1])
  })

  it("prices lie on ticks counted from the lowest one", () => {
    const books = opened(kind)
    const place = (price: number) => STATUS_NAMES[books.place(0, 0, price, 0, termsOf(BUY), price, 1, 0, [])]
    expect([-23, -13, 57, -20, 0, 56, -33, 67].map(place)).toEqual(["Accepted", "Accepted", "Accepted", "PriceOffTick", "PriceOffTick", "PriceOffTick", "PriceOutsideBand", "PriceOutsideBand"])
  })

  it("so many directed orders a book as the rules say, each naming owners that there are", () => {
    const books = opened(kind)
    let id = 0
    const place = (book: number, named: ReadonlyArray<number>) => STATUS_NAMES[books.place(book, 0, ++id, 0, termsOf(SELL), 57, 1, 0, named)]
    expect([place(0, [6]), place(0, [-1]), place(0, [0.5]), place(0, [0, 1, 2, 3, 4, 5, 0, 1, 2])]).toEqual(Array.from({ length: 4 }, () => "CounterpartiesWrong"))
    expect([place(0, [5]), place(0, [0, 1, 2, 3, 4, 5, 0, 1]), place(0, [1])]).toEqual(["Accepted", "Accepted", "TooManyDirected"])
    expect([place(0, []), place(1, [1])]).toEqual(["Accepted", "Accepted"])
  })

  it("decrement goes on to the next own order with what is left", () => {
    const books = opened(kind)
    books.place(0, 0, 1, 0, termsOf(SELL), 17, 5, 0, [])
    books.place(0, 0, 2, 0, termsOf(SELL), 17, 5, 0, [])
    books.place(0, 0, 3, 0, termsOf(BUY, LIMIT, DECREMENT), 17, 8, 0, [])
    expect(books.depth(0, SELL, 9)).toEqual([{ price: 17, quantity: 2 }])
    expect(books.depth(0, BUY, 9)).toEqual([])
  })

  describe("snapshots", () => {
    const filled = (orders = 400): Books => {
      const books = opened(kind)
      for (let id = 0; id < orders; id++) books.place(id % 2, id % 6, id, id, termsOf((id >> 1) & 1), ((id >> 1) & 1) === 0 ? -23 : 57, 1 + (id % 1_000), id % 3 === 0 ? 5_000_000_000 : 0, id === 7 ? [1, 2] : [])
      books.collect(1)
      books.place(1, 1, 999, 0, termsOf(BUY), 57, 3, 0, [])
      return books
    }

    it("name their version, the hash and the rules first; prices of tariffs are folded: 31 x 1 tariff + 17 x 40 + 10", () => {
      const books = filled()
      const bytes = books.snapshot().slice()
      const words = new Int32Array(bytes.buffer)
      expect([words[0], words[1]]).toEqual([1, books.log.command])
      expect([...words.subarray(2, 6)].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("")).toBe(books.log.hash())
      expect([...words.subarray(9, 17)]).toEqual([-23, 10, 9, 1, 1_000, 2_000, 2, 721])
    })

    it("of many orders come back from bytes that lie anywhere", () => {
      const books = filled(1_900)
      const bytes = books.snapshot().slice()
      expect(bytes.length).toBeGreaterThan(1_800 * 28)
      const beside = new Uint8Array(bytes.length + 9)
      for (const offset of [0, 1, 4]) {
        beside.set(bytes, offset)
        const again = kind.restore(rules, beside.subarray(offset, offset + bytes.length))
        expect(again.snapshot().slice()).toEqual(bytes)
        expect(again.log.hash()).toBe(books.log.hash())
        beside.fill(0)
      }
      expect([0, 1].map((side) => books.depth(0, side, 9).length)).toEqual([1, 1])
    })

    it("keep who came first, on the ladder or beside it", () => {
      const books = opened(kind)
      books.place(0, 0, 1, 0, termsOf(SELL), 17, 5, 0, [3])
      books.place(0, 1, 2, 0, termsOf(SELL), 17, 5, 0, [])
      books.place(0, 2, 3, 0, termsOf(SELL), 17, 5, 0, [3])
      const again = kind.restore(rules, books.snapshot().slice())
      again.log.drain()
      again.place(0, 3, 4, 0, termsOf(BUY), 17, 12, 0, [])
      const words = again.log.drain()
      expect([1, 2, 3].map((event) => [words[event * EVENT_WORDS + 2], words[event * EVENT_WORDS + 5]])).toEqual([[1, 5], [2, 5], [3, 2]])
    })

    it("without a book end with their number, and are refused without it", () => {
      const bytes = kind.make(rules).snapshot().slice()
      expect(() => kind.restore(rules, bytes)).not.toThrow()
      expect(() => kind.restore(rules, bytes.slice(0, -4))).toThrow("a snapshot ends too early")
    })

    it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
      ["whole words", (bytes) => bytes.subarray(0, bytes.length - 1)],
      ["ends too early", (bytes) => bytes.subarray(0, 8)],
      ["another version", (bytes) => Uint8Array.from(bytes, (byte, at) => (at === 0 ? 99 : byte))],
      ["words left over", (bytes) => Uint8Array.from([...bytes, 0, 0, 0, 0])]
    ])("are refused where they are damaged: %s", (message, damage) => {
      const bytes = filled().snapshot().slice()
      const restore = () => kind.restore(rules, damage(bytes))
      expect(restore).toThrow(NotCanonical)
      expect(restore).toThrow(message)
    })

    it("are refused wherever they are cut off", () => {
      const bytes = filled(60).snapshot().slice()
      for (let words = 0; words < bytes.length / 4; words += words < 120 ? 1 : 97) expect(() => kind.restore(rules, bytes.slice(0, words * 4))).toThrow(NotCanonical)
    })

    it.each<[string, Partial<BookRules>]>([
      ["a lower price", { minimumPrice: -33 }],
      ["a higher price", { maximumPrice: 67 }],
      ["another tick", { priceTick: 5 }],
      ["a smaller quantity", { minimumQuantity: 2 }],
      ["a larger quantity", { maximumQuantity: 1_001 }],
      ["more open orders", { maximumOpen: 2_001 }],
      ["more directed orders", { maximumDirected: 3 }],
      ["no tariff", { tariffs: [] }],
      ["another residual supply price", { tariffs: [{ residualSupplyPrice: 41, feedInPrice: 10 }] }],
      ["another feed-in price", { tariffs: [{ residualSupplyPrice: 40, feedInPrice: -10 }] }],
      ["two tariffs", { tariffs: [...rules.tariffs, ...rules.tariffs] }]
    ])("are refused under other rules: %s", (_what, other) => {
      const bytes = filled().snapshot().slice()
      expect(() => kind.restore({ ...rules, ...other }, bytes)).toThrow("a snapshot of a market with other rules")
    })
  })
})

it("every status has a name, and a number whose hundreds say its stage", () => {
  for (const [number, name] of Object.entries(STATUS_NAMES)) {
    expect(name).toMatch(/^([A-Z][a-z]+)+$/)
    expect(Number(number) === 0 || (Number(number) > 100 && Number(number) < 800)).toBe(true)
  }
})
