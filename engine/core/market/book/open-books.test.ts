import { describe, expect, it } from "vitest"
import { bothBooks, readable, readableRules } from "../../../../property-tests/arbitraries/readable-books.ts"
import type { Books } from "./books.ts"
import { CANCEL, COMMAND_WORDS } from "./commands.ts"
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
  for (let account = 127; account >= 0; account--) books.setAccount(account, account, 2 ** 40)
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
    const wrongAccounts = [-2, -1, 128, 129, 0.5, 126.5, 2 ** 32, NaN]
    expect(wrongAccounts.flatMap((account) => [books.held(account), books.openOrders(account)])).toEqual(wrongAccounts.flatMap(() => [0, 0]))
    expect(wrongAccounts.flatMap((account) => [books.setAccount(account, 0, 0), books.setAccount(0, account, 0), books.release(account, 0)].map((status) => STATUS_NAMES[status]))).toEqual(each(24, "UnknownAccount"))
    expect(contentOf(books)).toEqual(before)
  })
})

it("books that are full to the edge have one snapshot, whoever kept them", () => {
  const [naive, fast] = bothBooks.map(([, make]) => filled(make).snapshot())
  expect(fast).toEqual(naive)
})
