import { describe, expect, it } from "vitest"
import { bothBooks, readable, readableRules } from "../../../../property-tests/arbitraries/readable-books.ts"
import type { Books } from "./books.ts"
import { CANCEL, COMMAND_WORDS } from "./commands.ts"
import { BOOK_CLOSED_EVENT, CALL_BUYER, CALL_SELLER, CALLED, CLOSED, COLLECTING, EVENT_WORDS, GOOD_TILL, MOVED, NAMED, PLACED, REDUCED, TRADED } from "./event-log.ts"
import { ACCEPTED, STATUS_NAMES } from "./status.ts"
import { termsOf } from "./terms.ts"

const tariff = { residualSupplyPrice: 0, feedInPrice: 0 }
/** What a snapshot holds beside the command's number and the state hash, which count refusals too. */
const contentOf = (books: Books) => books.snapshot().slice(24)
const each = (count: number, name: string) => Array.from({ length: count }, () => name)

describe.each(bothBooks)("%s books", (_name, make) => {
  it("a book opens at the lowest free place, once for each key, while there is room", () => {
    const books = make({ ...readableRules, tariffs: [tariff, tariff] })
    const open = (key: number, number = 0) => STATUS_NAMES[books.open(key, number)]
    expect([open(900), open(900), open(1_800, 1), open(2_700)]).toEqual(["Accepted", "BookOpenAlready", "Accepted", "TooManyBooks"])
    expect([900, 1_800, 2_700].map((key) => books.placeOf(key))).toEqual([0, 1, -1])
    expect(books.close(0, 0)).toBe(ACCEPTED)
    expect([open(0.5), open(2 ** 53), open(2_700, 2), open(2_700, -1), open(-2_700)]).toEqual([...each(4, "AmountWrong"), "Accepted"])
    expect([900, 1_800, -2_700].map((key) => books.placeOf(key))).toEqual([-1, 1, 0])
  })

  it("one of two books collects and closes, the other goes on", () => {
    const books = make(readableRules)
    const { place, after } = readable(books)
    books.open(1_800, 0)
    place("ada", "sell", 100, 5)
    books.collect(1)
    books.place(1, 0, 70, 0, termsOf(1), 50, 4, 0, [])
    books.place(1, 1, 71, 0, termsOf(0), 80, 3, 0, [])
    books.log.drain()
    expect(after(books.close(1, 75))).toEqual(["call 3 @ 70", "ben buys 3", "ada sells 3", "ada closed 1"])
    expect([books.placeOf(900), books.placeOf(1_800)]).toEqual([0, -1])
    expect([books.close(1, 75), books.collect(1), books.open(2_700, 0)].map((status) => STATUS_NAMES[status])).toEqual(["BookClosed", "BookClosed", "Accepted"])
    expect(books.placeOf(2_700)).toBe(1)
    books.log.drain()
    expect(place("ben", "buy", 100, 5)).toEqual(["ada 5 @ 100"])
  })

  it("a price between two ticks is no price: the call takes the nearest one, of two as near the lower", () => {
    const called = (reference: number) => {
      const { books, place, after } = readable(make(readableRules))
      books.collect(0)
      place("ada", "sell", -90, 10)
      place("ben", "buy", 120, 10)
      return after(books.close(0, reference))
    }
    expect([74, 75, 76, -56, -55, -54].map(called)).toEqual([70, 70, 80, -60, -60, -50].map((price) => [`call 10 @ ${price}`, "ben buys 10", "ada sells 10"]))
  })

  it("where no limits meet there is no call, wherever the reference is", () => {
    const { books, place, after } = readable(make(readableRules))
    books.collect(0)
    place("ada", "sell", 120, 10)
    place("ben", "buy", 50, 10)
    expect(after(books.close(0, 100))).toEqual(["ada closed 10", "ben closed 10"])
  })

  it("views show so many prices as are asked for", () => {
    const { books, place } = readable(make(readableRules))
    for (const price of [100, 110, 120]) place("ada", "sell", price, 5)
    expect([0, 1, 2, 3, 4].map((levels) => books.depth(0, 1, levels).map(({ price }) => price))).toEqual([[], [100], [100, 110], [100, 110, 120], [100, 110, 120]])
  })

  it("at the lowest price of the band who comes meets who rests, also behind a log that was full", () => {
    const books = make(readableRules)
    const { place } = readable(books)
    books.run(Int32Array.from({ length: 10_000 * COMMAND_WORDS }, (_, at) => (at % COMMAND_WORDS === 0 ? CANCEL : 1)), 0, 10_000)
    books.log.drain()
    place("ada", "sell", -100, 5)
    expect(place("ben", "buy", -100, 2)).toEqual(["ada 2 @ -100"])
    expect(place("ben", "buy", 100, 3)).toEqual(["ada 3 @ -100"])
  })

  it("with a tick of two, prices between two are off it, and those on it are told apart", () => {
    const { place, books } = readable(make({ ...readableRules, priceTick: 2 }))
    expect([place("ada", "sell", 101, 5), place("ada", "sell", 102, 5), place("ben", "sell", 100, 5)]).toEqual(["PriceOffTick", [], []])
    expect(books.depth(0, 1, 9)).toEqual([{ price: 100, quantity: 5 }, { price: 102, quantity: 5 }])
    expect(place("dan", "buy", 102, 6)).toEqual(["ben 5 @ 100", "ada 1 @ 102"])
  })

  it("every event says in which book", () => {
    const { books, place } = readable(make(readableRules), 1)
    place("ada", "sell", 100, 5, { until: 5_000_000_000, named: ["ben"] })
    place("ada", "sell", 100, 5)
    const events: Array<ReadonlyArray<number>> = []
    const noted = (status: number): void => {
      expect(status).toBe(ACCEPTED)
      const words = books.log.drain()
      for (let at = 0; at < words.length; at += EVENT_WORDS) events.push([words[at]! >>> 16, words[at]! & 255, words[at + 5]!, words[at + 6]!])
    }
    noted(books.place(1, 0, 90, 0, termsOf(1), 120, 4, 5_000_000_000, [1]))
    noted(books.move(0, 2, 0, 110))
    noted(books.reduce(0, 2, 0, 1))
    noted(books.cancel(0, 90, 0))
    noted(books.place(1, 2, 91, 0, termsOf(0), 110, 1, 0, []))
    noted(books.collect(1))
    noted(books.place(1, 3, 92, 0, termsOf(0), 110, 1, 0, []))
    noted(books.close(1, 110))
    const high = Math.floor(5_000_000_000 / 2 ** 32)
    expect(events).toEqual([
      [1, PLACED, 4, 0], [1, GOOD_TILL, 5_000_000_000 | 0, high], [1, NAMED, 1, 0], [1, MOVED, 5, 0], [1, REDUCED, 1, 4], [1, CLOSED, 4, 0], [1, PLACED, 1, 0], [1, TRADED, 1, 3],
      [1, COLLECTING, 0, 0], [1, PLACED, 1, 0], [1, CALLED, 1, 0], [1, CALL_BUYER, 1, 0], [1, CALL_SELLER, 1, 2], [1, CLOSED, 2, 0], [1, CLOSED, 5, 0], [1, BOOK_CLOSED_EVENT, 0, 0]
    ])
  })

  it("time may stand still and may not go back", () => {
    const books = make(readableRules)
    expect([60, 60, 59, 60.5, 2 ** 53, 61].map((time) => STATUS_NAMES[books.advance(time)])).toEqual(["Accepted", "Accepted", ...each(3, "AmountWrong"), "Accepted"])
  })
})

/** Heads and accounts fill a page each: behind the last of them lies what is somebody else's. */
const full = { ...readableRules, books: 64, accounts: 128, orders: 1_000, maximumOpen: 1_000, maximumDirected: 1_000, tariffs: [tariff, tariff] }
const filled = (make: (rules: typeof full) => Books): Books => {
  const books = make(full)
  // Before the heads lies the log: it was full once.
  books.run(Int32Array.from({ length: 10_000 * COMMAND_WORDS }, (_, at) => (at % COMMAND_WORDS === 0 ? CANCEL : 1)), 0, 10_000)
  for (let book = 0; book < 64; book++) books.open(900 * book, 1)
  for (let account = 127; account >= 0; account--) books.setAccount(account, account, 2 ** 40 + 1)
  for (let id = 0; id < 1_000; id++) expect(books.place(id % 64, id % 128, id, 0, termsOf(0), 100, 5, 0, [])).toBe(ACCEPTED)
  books.log.drain()
  return books
}

describe.each(bothBooks)("%s books that are full to the edge", (_name, make) => {
  it("have no book and no account before the first, behind the last or between two", () => {
    const books = filled(make)
    const before = contentOf(books)
    const wrongPlaces = [-1, 64, 0.25, 62.5, 2 ** 32, NaN]
    expect(wrongPlaces.flatMap((book) => [books.collect(book), books.close(book, 100)].map((status) => STATUS_NAMES[status]))).toEqual(each(12, "BookClosed"))
    expect(wrongPlaces.flatMap((book) => [books.depth(book, 0, 1).length, books.best(book, 0)])).toEqual(wrongPlaces.flatMap(() => [0, undefined]))
    const place = (book: number, account: number) => STATUS_NAMES[books.place(book, account, 5_000, 0, termsOf(0), 100, 5, 0, [])]
    expect(wrongPlaces.map((book) => place(book, 0))).toEqual(each(6, "BookClosed"))
    const wrongAccounts = [-2, -1, 128, 129, 0.5, 126.5, 2 ** 32, NaN]
    expect(wrongAccounts.flatMap((account) => [books.held(account), books.openOrders(account)])).toEqual(wrongAccounts.flatMap(() => [0, 0]))
    expect(wrongAccounts.flatMap((account) => [books.setAccount(account, 0, 0), books.setAccount(0, account, 0), books.release(account, 0)].map((status) => STATUS_NAMES[status]))).toEqual(each(24, "UnknownAccount"))
    expect(wrongAccounts.map((account) => place(0, account))).toEqual(each(8, "UnknownAccount"))
    expect(contentOf(books)).toEqual(before)
  })
})

it("books that are full to the edge have one snapshot, whoever kept them", () => {
  const [naive, fast] = bothBooks.map(([, make]) => filled(make).snapshot())
  expect(fast).toEqual(naive)
})
