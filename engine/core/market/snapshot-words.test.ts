import { expect, it } from "vitest"
import { openRules } from "../../../property-tests/arbitraries/world.ts"
import { NotCanonical } from "../quantity/canonical-reader.ts"
import { decode, encode } from "../quantity/codec.ts"
import { CALL_PHASE, OPEN_PHASE } from "./book/phases.ts"
import { BUY, IMMEDIATE_OR_CANCEL, SELL, termsOf } from "./book/terms.ts"
import { marketBooks } from "./market-books-codec.ts"
import { MarketBooks } from "./market-books.ts"
import type { MarketRules } from "./market-rules.ts"
import { SnapshotCheck } from "./snapshot-check.ts"
import { Traders } from "./traders.ts"

const two = [{ meteringPoint: "ada-roof", member: "ada", community: "sun" }, { meteringPoint: "ben-home", member: "ben", community: "sun" }]
const market = (changes: Partial<Pick<MarketBooks, "rules" | "traders">>): Uint8Array => {
  const books = new MarketBooks(openRules)
  for (const trader of two) books.admit(trader)
  return encode(marketBooks, { rules: books.rules, traders: books.traders, books: books.books, ...changes } as MarketBooks)
}

it.each<[string, Partial<Pick<MarketBooks, "rules" | "traders">>]>([
  ["rules", { rules: { ...openRules, collectsBefore: openRules.opensBefore + 1 } }],
  ["traders", { rules: { ...openRules, tradingPoints: 1 } }],
  ["traders", { traders: new Traders([...two, two[0]!]) }]
])("%s that no market has are refused by that word", (word, changes) => {
  expect(() => decode(marketBooks, market(changes))).toThrow(NotCanonical)
  expect(() => decode(marketBooks, market(changes))).toThrow(`a snapshot of books: ${word}`)
})

it("as many traders as there is room for are not too many", () => {
  expect(decode(marketBooks, market({ rules: { ...openRules, tradingPoints: 2 } })).traders.list).toHaveLength(2)
})

const rules: MarketRules = { ...openRules, minimumPrice: -5_000, maximumPrice: 5_000, maximumQuantity: 100, books: 2, restingOrders: 2 }
const key = new Traders(two).keyOf(900, "sun")

/** A check that has seen both accounts and the first book. */
const begun = (): SnapshotCheck => {
  const check = new SnapshotCheck(rules, new Traders(two))
  check.account(0, 0, 0, 0)
  check.account(1, 1, 0, 0)
  check.book(0, key, 0, OPEN_PHASE)
  return check
}
interface Told { stamp?: number; list?: number; account?: number; low?: number; high?: number; terms?: number; price?: number; quantity?: number; until?: number; named?: ReadonlyArray<number> }
/** Ada's bid, or whatever is said of it. */
const order = (check: SnapshotCheck, { list = 0, account = 0, low = 1, high = 0, terms = termsOf(list === 1 ? SELL : BUY), price = 0, quantity = 10, stamp = low, until = 0, named = [] }: Told = {}) => check.order(0, list, account, low, high, terms, price, quantity, stamp, until, named)
/** The same with a book that collects for its call. */
const collecting = (): SnapshotCheck => {
  const check = begun()
  check.book(1, key + 65_536 * 900, 0, CALL_PHASE)
  return check
}
const inCall = (check: SnapshotCheck, low: number, account: number, side: number, price: number, named: ReadonlyArray<number> = []) => check.order(1, 2, account, low, 0, termsOf(side), price, 10, low, 0, named)

it.each<[string, (check: SnapshotCheck) => void]>([
  ["accounts", (check) => check.account(3, 0, 0, 0)],
  ["accounts", (check) => check.account(2, 0, 0, 0)],
  ["books", (check) => check.book(-1, key, 0, OPEN_PHASE)],
  ["books", (check) => check.book(2, key, 0, OPEN_PHASE)],
  ["books", (check) => check.book(0, key + 65_536, 0, OPEN_PHASE)],
  ["books", (check) => check.book(1, key + 1, 0, OPEN_PHASE)],
  ["books", (check) => check.book(1, key, 1, OPEN_PHASE)],
  ["books", (check) => check.book(1, key, 0, 0)],
  ["periods", (check) => check.book(1, key + 65_536, 0, OPEN_PHASE)],
  ["periods", (check) => check.book(1, key - 65_536 * 900, 0, OPEN_PHASE)],
  ["ids", (check) => order(check, { low: 0 })],
  ["ids", (check) => order(check, { high: 1 << 22 })],
  ["ids", (check) => order(check, { account: 2 })],
  ["ids", (check) => [order(check), order(check, { stamp: 2 })]],
  ["ids", (check) => [1, 2, 3].map((low) => order(check, { low }))],
  ["terms", (check) => order(check, { terms: 5 << 1 })],
  ["terms", (check) => order(check, { terms: termsOf(BUY, IMMEDIATE_OR_CANCEL) })],
  ["terms", (check) => order(check, { until: -1 })],
  ["prices and quantities", (check) => order(check, { price: -6_000 })],
  ["prices and quantities", (check) => order(check, { price: 6_000 })],
  ["prices and quantities", (check) => order(check, { price: 500 })],
  ["prices and quantities", (check) => order(check, { quantity: 0 })],
  ["prices and quantities", (check) => order(check, { quantity: 101 })],
  ["counterparties", (check) => order(check, { list: 2, named: [2] })],
  ["counterparties", (check) => order(check, { list: 2, named: [0, 1, 0, 1, 0, 1, 0, 1, 0] })],
  ["sides", (check) => order(check, { list: 1, terms: termsOf(BUY) })],
  ["sides", (check) => order(check, { named: [1] })],
  ["price order", (check) => [order(check), order(check, { low: 2, price: 1_000 })]],
  ["price order", (check) => [order(check), order(check, { list: 1, low: 2, price: 0 })]],
  ["price order", (check) => [order(check, { list: 1, price: 2_000 }), order(check, { list: 1, low: 2, price: 1_000 })]],
  ["time order", (check) => order(check, { stamp: 0 })],
  ["time order", (check) => [order(check, { stamp: 4 }), order(check, { low: 2, stamp: 4 })]],
  ["time order", (check) => [order(check, { stamp: 4 }), order(check, { low: 2, stamp: 3 })]],
  ["time order", (check) => [order(check, { list: 2, named: [1], stamp: 4 }), order(check, { list: 2, named: [1], low: 2, price: 1_000, stamp: 3 })]],
  ["orders of the call", (check) => order(check, { list: 2 })]
])("%s that no books have are refused by that word (%#)", (word, tell) => {
  expect(() => tell(begun())).toThrow(NotCanonical)
  expect(() => tell(begun())).toThrow(new RegExp(`: ${word}$`))
})

it("in a call nobody's bid reaches an own ask; another's may, and so may one that names whom it meets", () => {
  const apart = collecting()
  inCall(apart, 1, 0, SELL, 1_000)
  inCall(apart, 2, 1, BUY, 2_000)
  apart.done(2, 0)
  const directed = collecting()
  inCall(directed, 1, 0, SELL, 1_000)
  inCall(directed, 2, 0, BUY, 2_000, [1])
  directed.done(2, 0)
  for (const [low, sides] of [[1, [SELL, BUY]], [2, [BUY, SELL]]] as const) {
    const crossed = collecting()
    inCall(crossed, low, 0, sides[0], 1_000)
    expect(() => inCall(crossed, low + 2, 0, sides[1], 1_000)).toThrow(/: orders of the call$/)
  }
})

it("what is set aside may be older than what rests", () => {
  const check = begun()
  order(check, { list: 1, low: 9, price: 1_000 })
  order(check, { list: 2, named: [1], low: 3, price: 1_000 })
  check.done(9, 0)
  expect(check.orders.map(({ orderId }) => orderId)).toEqual([3, 9])
})

it("a trader of another community has no order in the book", () => {
  const traders = new Traders([...two, { meteringPoint: "luna-home", member: "luna", community: "moon" }])
  const check = new SnapshotCheck(rules, traders)
  check.book(0, key, 0, OPEN_PHASE)
  expect(() => order(check, { account: 2 })).toThrow(/: ids$/)
})

it.each<[string, number, number]>([["stamps", 1, 0], ["market time", 2, -1], ["market time", 2, 2 ** 53]])("%s that do not fit the orders are refused at the end", (word, stamps, now) => {
  const check = begun()
  order(check, { low: 2 })
  expect(() => check.done(stamps, now)).toThrow(`: ${word}`)
})

it("two orders have two stamps, whatever their prices, and come in the order of their time", () => {
  const twice = begun()
  for (const low of [1, 2]) order(twice, { low, price: -1_000 * low, stamp: 7 })
  expect(() => twice.done(7, 0)).toThrow(/: stamps$/)
  const late = begun()
  order(late, { low: 1, price: 2_000, stamp: 9 })
  order(late, { low: 2, price: 1_000, stamp: 3 })
  late.done(9, 0)
  expect(late.orders.map(({ orderId }) => orderId)).toEqual([2, 1])
})

it.each<[string, (check: SnapshotCheck) => void]>([
  ["another's account", (check) => check.account(0, 1, 0, 0)],
  ["credit", (check) => check.account(0, 0, 1, 0)],
  ["a hold", (check) => check.account(0, 0, 0, 1)],
  ["too few", (check) => check.done(0, 0)]
])("accounts are the traders', and lock nothing: not with %s", (_, tell) => {
  expect(() => tell(new SnapshotCheck(rules, new Traders(two)))).toThrow(/: accounts$/)
})

it("what is at the edge is taken: prices, quantities, eight counterparties, equal prices, a second book", () => {
  const check = begun()
  order(check, { price: -5_000, quantity: 100 })
  order(check, { low: 2, price: -5_000, quantity: 1, until: 1 })
  const other = begun()
  order(other, { list: 1, price: 5_000 })
  order(other, { list: 1, low: 2, price: 5_000 })
  const aside = collecting()
  inCall(aside, 1, 0, SELL, 0, [0, 1, 0, 1, 0, 1, 0, 1])
  inCall(aside, 2, 0, BUY, 3_000)
  const books = begun()
  order(books, { price: 4_000 })
  books.book(1, key + 65_536 * 900, 0, CALL_PHASE)
  books.order(1, 1, 0, 2, 0, termsOf(SELL), 1_000, 10, 2, 0, [])
  for (const one of [check, other, aside, books]) one.done(2, 0)
  expect(aside.orders.map(({ side, isDirected }) => [side, isDirected])).toEqual([["sell", true], ["buy", false]])
  expect(books.orders.map(({ orderId, period, community, meteringPoint, side, price, remaining }) => [orderId, period, community, meteringPoint, side, price, remaining])).toEqual([
    [1, 900, "sun", "ada-roof", "buy", 4_000, 10],
    [2, 1_800, "sun", "ada-roof", "sell", 1_000, 10]
  ])
})

it("what reads well but is written otherwise is not the canonical form: an order that is good till 0", () => {
  const books = new MarketBooks(openRules)
  for (const trader of two) books.admit(trader)
  books.open(900, "sun")
  books.books.place(0, 0, 1, 0, termsOf(SELL), 77_000, 5, 0, [])
  const words = [...new Int32Array(books.books.snapshot().slice().buffer)]
  const price = words.indexOf(77_000)
  words[price - 1]! |= 256
  words.splice(price + 3, 0, 0, 0)
  const altered = { snapshot: () => new Uint8Array(Int32Array.from(words).buffer) }
  expect(() => decode(marketBooks, encode(marketBooks, { rules: books.rules, traders: books.traders, books: altered } as unknown as MarketBooks))).toThrow("a snapshot of books: not the canonical form")
})
