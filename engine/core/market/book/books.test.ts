import { describe, expect, it } from "vitest"
import { bothBooks, readable, readableRules as rules } from "../../../../property-tests/arbitraries/readable-books.ts"
import { EVENT_WORDS, REFUSED } from "./event-log.ts"
import { FastBooks } from "./fast/fast-books.ts"
import { restoreFast } from "./fast/restore.ts"
import { CANCEL, COMMAND_WORDS, MOVE, PLACE, REDUCE } from "./commands.ts"
import { NaiveBooks } from "./naive/naive-books.ts"
import type { BookRules } from "./rules.ts"
import { ACCEPTED, STATUS_NAMES, UNKNOWN_ORDER } from "./status.ts"
import { ALLOW, CANCEL_BOTH, CANCEL_NEWEST, CANCEL_OLDEST, DECREMENT, termsOf } from "./terms.ts"

describe.each(bothBooks)("%s books", (_name, make) => {
  it("the best price first, at one price the oldest; the price of who rested", () => {
    const { place } = readable(make(rules))
    place("ada", "sell", 110, 5)
    place("ben", "sell", 100, 5)
    place("cleo", "sell", 100, 5)
    expect(place("dan", "buy", 120, 12)).toEqual(["ben 5 @ 100", "cleo 5 @ 100", "ada 2 @ 110"])
  })

  it("a negative price is a price: who pays most to be rid of it sells first", () => {
    const { place } = readable(make(rules))
    place("ada", "sell", -10, 5)
    place("ben", "sell", -30, 5)
    expect(place("dan", "buy", 0, 8)).toEqual(["ben 5 @ -30", "ada 3 @ -10"])
  })

  it("immediate-or-cancel, fill-or-kill, market and post-only", () => {
    const { place, books } = readable(make(rules))
    place("ada", "sell", 100, 5)
    expect(place("ben", "buy", 100, 6, { kind: "fok" })).toBe("NotFillable")
    expect(place("ben", "buy", 100, 6, { kind: "post" })).toBe("WouldTrade")
    expect(place("ben", "buy", 100, 2, { kind: "fok" })).toEqual(["ada 2 @ 100"])
    expect(place("ben", "buy", 100, 4, { kind: "ioc" })).toEqual(["ada 3 @ 100", "ben closed 1"])
    place("ada", "sell", 300, 5)
    expect(place("ben", "buy", 0, 6, { kind: "market" })).toEqual(["ada 5 @ 300", "ben closed 1"])
    expect(books.best(0, 0)).toBeUndefined()
  })

  it("to reduce keeps the place, to move loses it", () => {
    const { place, books, after } = readable(make(rules))
    place("ada", "sell", 100, 5)
    place("ben", "sell", 100, 5)
    place("cleo", "sell", 100, 5)
    expect(after(books.reduce(0, 1, 0, 1))).toEqual(["ada reduced by 1 to 4"])
    expect(after(books.reduce(0, 1, 0, 1))).toEqual(["ada reduced by 1 to 3"])
    expect(after(books.move(1, 2, 0, 100))).toEqual([])
    expect(place("dan", "buy", 100, 9)).toEqual(["ada 3 @ 100", "cleo 5 @ 100", "ben 1 @ 100"])
  })

  it("a moved order that is filled is gone: its id, its place and its account's room are free", () => {
    const { place, books, after } = readable(make({ ...rules, orders: 2, maximumOpen: 1 }))
    place("ada", "sell", 100, 5)
    place("ben", "buy", 90, 5)
    expect(after(books.move(1, 2, 0, 100))).toEqual(["ada 5 @ 100"])
    expect([books.openOrders(0), books.openOrders(1), books.best(0, 0), books.best(0, 1)]).toEqual([0, 0, undefined, undefined])
    expect(after(books.cancel(1, 2, 0))).toBe("UnknownOrder")
    expect([place("ben", "buy", 90, 5), place("ada", "sell", 100, 5)]).toEqual([[], []])
  })

  it("an order that traded and rests is found by its id, whoever stood beside it in the table of ids", () => {
    const books = make({ ...rules, orders: 4 })
    const { after } = readable(books)
    for (let id = 0; id < 400; id += 4) {
      for (const [more, price] of [[0, 100], [1, 100], [2, 110]] as const) expect(books.place(0, 0, id + more, 0, termsOf(1), price, 1, 0, [])).toBe(ACCEPTED)
      expect(books.place(0, 1, id + 3, 0, termsOf(0), 100, 5, 0, [])).toBe(ACCEPTED)
      books.log.drain()
      expect([after(books.cancel(1, id + 3, 0)), after(books.cancel(0, id + 2, 0))]).toEqual([["ben closed 3"], ["ada closed 1"]])
    }
  })

  it("ids that the fast books' table hashes alike are told apart", () => {
    const { books, place, after } = readable(make(rules))
    const alike: ReadonlyArray<readonly [account: number, low: number, high: number]> = [[0, 0, 0], [1, Math.imul(0x9e3779b1, 0x85ebca6b), 0], [0, 0x85ebca6b | 0, 1]]
    for (const [at, [account, low, high]] of alike.entries()) {
      expect(alike.slice(at).map((id) => after(books.cancel(...id)))).toEqual(alike.slice(at).map(() => "UnknownOrder"))
      expect(books.place(0, account, low, high, termsOf(1), 100 + 10 * at, 1 + at, 0, [])).toBe(ACCEPTED)
      books.log.drain()
    }
    expect(after(books.cancel(...alike[1]!))).toEqual(["ben closed 2"])
    expect(after(books.reduce(...alike[2]!, 1))).toEqual(["ada reduced by 1 to 2"])
    expect(place("dan", "buy", 200, 3)).toEqual(["ada 1 @ 100", "ada 2 @ 120"])
  })

  it("a post-only order moves where it meets nobody; while its book collects, anywhere", () => {
    const { place, books, after } = readable(make(rules))
    place("ada", "sell", 100, 5)
    place("ben", "buy", 80, 5, { kind: "post" })
    expect(after(books.move(1, 2, 0, 100))).toBe("WouldTrade")
    expect(after(books.move(1, 2, 0, 90))).toEqual([])
    expect(books.best(0, 0)).toBe(90)
    books.collect(0)
    expect(after(books.move(1, 2, 0, 100))).toEqual([])
    expect(after(books.close(0, 100))).toEqual(["call 5 @ 100", "ben buys 5", "ada sells 5"])
  })

  it.each([
    [ALLOW, ["ben 5 @ 100"], []],
    [CANCEL_NEWEST, ["ben closed 8"], [{ price: 100, quantity: 5 }]],
    [CANCEL_OLDEST, ["ben closed 5", "ada 6 @ 110"], []],
    [CANCEL_BOTH, ["ben closed 5", "ben closed 8"], []],
    [DECREMENT, ["ben reduced by 5 to 0", "ben reduced by 5 to 3", "ada 3 @ 110"], []]
  ])("self-trade policy %i", (policy, lines, left) => {
    const { place, books } = readable(make(rules))
    place("ben", "sell", 100, 5)
    if (policy !== ALLOW && policy !== CANCEL_BOTH && policy !== CANCEL_NEWEST) place("ada", "sell", 110, policy === CANCEL_OLDEST ? 6 : 3)
    expect(place("ben", "buy", 110, policy === ALLOW ? 5 : policy === CANCEL_OLDEST ? 6 : 8, { policy })).toEqual(lines)
    expect(books.depth(0, 1, 5)).toEqual(left)
  })

  it("a directed order waits for whom it names and stands in nobody's way", () => {
    const { place, books } = readable(make(rules))
    place("ada", "sell", 80, 5, { named: ["cleo"] })
    place("ben", "sell", 100, 5)
    expect(books.best(0, 1)).toBe(100)
    expect(place("dan", "buy", 100, 5)).toEqual(["ben 5 @ 100"])
    expect(place("dan", "buy", 90, 1)).toEqual([])
    expect(place("cleo", "buy", 90, 6)).toEqual(["ada 5 @ 80"])
    expect(books.depth(0, 0, 5)).toEqual([{ price: 90, quantity: 2 }])
  })

  it("good till a time, and cancel all of an owner", () => {
    const { place, books, after } = readable(make(rules))
    place("ada", "sell", 100, 5, { until: 60 })
    place("ben", "sell", 100, 6, { until: 61 })
    place("ben", "sell", 120, 7)
    expect(after(books.advance(60))).toEqual(["ada closed 5"])
    expect(after(books.cancelAll(1))).toEqual(["ben closed 6", "ben closed 7"])
    expect(place("ada", "sell", 100, 5, { until: 60 })).toBe("UntilPast")
  })

  it("the call: most Wh at one price, the nearest to the reference, time at the margin", () => {
    const { place, books, after } = readable(make(rules))
    books.collect(0)
    place("ada", "sell", 50, 10)
    place("ben", "buy", 120, 6)
    place("cleo", "buy", 120, 6)
    expect(after(books.close(0, 70))).toEqual(["call 10 @ 120", "ben buys 6", "ada sells 6", "cleo buys 4", "ada sells 4", "cleo closed 2"].map((line) => line.replace("@ 120", "@ 70")))
    expect(books.placeOf(900)).toBe(-1)
    expect(place("ada", "sell", 50, 10)).toBe("BookClosed")
  })

  it("a full pool refuses and hands out nobody's place", () => {
    const { place, books, after } = readable(make(rules))
    for (let count = 0; count < 20; count++) place(["ada", "ben", "cleo", "dan"][count % 4]!, "sell", 100, 1)
    expect(place("ada", "sell", 100, 1)).toBe("PoolFull")
    expect(place("dan", "buy", 100, 1, { kind: "ioc" })).toEqual(["ada 1 @ 100"])
    expect(place("ada", "sell", 100, 7)).toEqual([])
    expect(after(books.cancel(0, 999, 0))).toBe("UnknownOrder")
    expect(books.depth(0, 1, 3)).toEqual([{ price: 100, quantity: 26 }])
  })

  it("after a partial fill the depth is what is open (nodejs-order-book's volume is not)", () => {
    const { place, books } = readable(make(rules))
    place("ada", "sell", 100, 10)
    place("ben", "buy", 100, 4)
    expect(books.depth(0, 1, 1)).toEqual([{ price: 100, quantity: 6 }])
  })

  it("stamps that are used up refuse what would rest, and what rests stays", () => {
    const books = make(rules) as NaiveBooks | FastBooks
    const { place, after } = readable(books)
    place("ada", "sell", 100, 5)
    books.stamps = 0xffff_fffe
    expect(place("ben", "sell", 100, 5)).toEqual([])
    expect(place("ben", "sell", 100, 5)).toBe("StampsUsedUp")
    expect(after(books.move(0, 1, 0, 110))).toBe("StampsUsedUp")
    expect(place("dan", "buy", 100, 7, { kind: "ioc" })).toEqual(["ada 5 @ 100", "ben 2 @ 100"])
    const again = books instanceof FastBooks ? restoreFast(rules, books.snapshot()) : NaiveBooks.restore(rules, books.snapshot())
    expect(again.stamps).toBe(0xffff_ffff)
  })

  it("a batch does what its commands do one by one", () => {
    const { books: one } = readable(make(rules))
    const { books: other } = readable(make(rules))
    const batch: Array<number> = []
    const add = (...words: ReadonlyArray<number>) => batch.push(...words, ...Array.from({ length: COMMAND_WORDS - words.length }, () => 0))
    add(PLACE | (termsOf(1) << 8), 0, 1, -7, 100, 10)
    add(PLACE | (termsOf(0) << 8), 1, 2, 0, 90, 10, 50)
    add(PLACE | (termsOf(0) << 8), 2, 2, 0, 3_000, 10)
    add(MOVE, 1, 2, 0, 100)
    add(REDUCE, 0, 1, -7, 0, 3)
    add(CANCEL, 2, 9, 9)
    add(99, 0, 0, 0)
    one.place(0, 0, 1, -7, termsOf(1), 100, 10, 0, [])
    one.place(0, 1, 2, 0, termsOf(0), 90, 10, 50, [])
    one.place(0, 2, 2, 0, termsOf(0), 3_000, 10, 0, [])
    one.move(1, 2, 0, 100)
    one.reduce(0, 1, -7, 3)
    one.cancel(2, 9, 9)
    other.run(Int32Array.from(batch), 0, 7)
    const [expected, events] = [[...one.log.drain()], [...other.log.drain()]]
    expect(events.slice(0, expected.length)).toEqual(expected)
    expect(STATUS_NAMES[events.at(-2)!]).toBe("UnknownOperation")
    other.run(Int32Array.from(batch), 5, 6)
    expect([...other.log.drain().subarray(0, 7)]).toEqual([REFUSED, 2, 9, 9, 0, 0, UNKNOWN_ORDER])
  })
})

it("a batch that outgrows the log loses no event, whoever looks at the words before or after the drain", () => {
  const naive = new NaiveBooks(rules)
  const fast = new FastBooks(rules)
  const cancels = (count: number) => Int32Array.from({ length: count * COMMAND_WORDS }, (_, at) => (at % COMMAND_WORDS === 0 ? CANCEL : at))
  for (const count of [3, 20_000, 5, 8_192, 8_193, 1, 16_400, 40_000]) {
    for (const books of [naive, fast]) books.run(cancels(count), 0, count)
    expect(fast.log.length).toBe(naive.log.length)
    const before = fast.log.words
    const length = fast.log.drained()
    const expected = naive.log.drain()
    expect(length).toBe(count * EVENT_WORDS)
    expect(before.subarray(0, length)).toEqual(expected)
    expect(fast.log.words.subarray(0, length)).toEqual(expected)
    expect(fast.log.hash()).toBe(naive.log.hash())
  }
})

it("status names and numbers are all different", () => {
  expect(new Set(Object.values(STATUS_NAMES)).size).toBe(Object.keys(STATUS_NAMES).length)
})

it("room costs memory only where it was used: 250 books of 228,001 prices", () => {
  const wide: BookRules = { ...rules, minimumPrice: 62_000, maximumPrice: 290_000, priceTick: 1, maximumOpen: 10_000, books: 250, accounts: 1 << 16, orders: 1 << 18 }
  const before = process.memoryUsage().rss
  const books = new FastBooks(wide)
  for (let account = 0; account < 100; account++) books.setAccount(account, account, 0)
  for (let day = 0; day < 10; day++) {
    for (let book = 0; book < 250; book++) books.open(book, 0)
    for (let id = 0; id < 2_000; id++) expect(books.place(id % 250, id % 100, id, 0, termsOf(id & 1), 100_000 + (id % 7), 1 + (id % 3), 0, [])).toBe(ACCEPTED)
    for (let book = 0; book < 250; book++) books.close(book, 100_000)
    books.log.drain()
  }
  expect(books.pool.live).toBe(0)
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(96)
})

it.each(bothBooks)("%s: a move that needs more than is free is refused, by batch as well", (_name, make) => {
  const books = make({ ...rules, tariffs: [{ residualSupplyPrice: 300, feedInPrice: 300 }] })
  books.open(900, 0)
  books.setAccount(0, 0, 1_500)
  expect(books.place(0, 0, 1, 0, termsOf(0), 100, 10, 0, [])).toBe(ACCEPTED)
  expect(books.held(0)).toBe(1_000)
  books.log.drain()
  const moveTo = (price: number) => Int32Array.of(MOVE, 0, 1, 0, price, 0, 0, 0)
  books.run(moveTo(160), 0, 1)
  expect(STATUS_NAMES[books.log.drain()[6]!]).toBe("InsufficientCredit")
  expect(books.held(0)).toBe(1_000)
  books.run(moveTo(150), 0, 1)
  expect(books.held(0)).toBe(1_500)
})
