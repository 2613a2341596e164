import { describe, expect, it } from "vitest"
import { bothBooks } from "../../../../property-tests/arbitraries/readable-books.ts"
import type { Books } from "./books.ts"
import { CANCEL, COMMAND_WORDS, MOVE, PLACE, REDUCE } from "./commands.ts"
import { FastBooks } from "./fast/fast-books.ts"
import { NaiveBooks } from "./naive/naive-books.ts"
import type { BookRules } from "./rules.ts"
import { STATUS_NAMES } from "./status.ts"
import { FILL_OR_KILL, IMMEDIATE_OR_CANCEL, POST_ONLY, termsOf } from "./terms.ts"

const TEN_MILLION = 10_000_000
const MOST_WH = 500_000_000
/** The widest band and the largest quantities that a market may have. */
const rules: BookRules = {
  minimumPrice: -TEN_MILLION, maximumPrice: TEN_MILLION, priceTick: 100, minimumQuantity: 1, maximumQuantity: MOST_WH, maximumOpen: 4, maximumDirected: 1,
  tariffs: [], books: 2, accounts: 3, orders: 4
}
const LARGEST = 2 ** 31 - 1
const SMALLEST = -(2 ** 31)
const WRONG_PLACES = [-1, 2, 65_535, LARGEST, SMALLEST, 2 ** 32, 0.5, NaN]

/** What a snapshot holds beside the command's number and the state hash, which count refusals too. */
const contentOf = (books: Books) => books.snapshot().slice(24)
const nameOf = (status: number) => STATUS_NAMES[status]

describe.each(bothBooks)("%s books at the ends of what there is", (_name, make) => {
  const opened = (given: BookRules = rules): Books => {
    const books = make(given)
    books.open(900, 0)
    for (const account of [0, 1]) books.setAccount(account, account, 0)
    expect(books.place(0, 0, 1, 0, termsOf(1), 0, 10, 0, [])).toBe(0)
    return books
  }
  /** Whether each of the commands is refused by that name and the books are what they were. */
  const refused = (books: Books, name: string, commands: ReadonlyArray<() => number>) => {
    const before = contentOf(books)
    for (const command of commands) expect([String(command), nameOf(command())]).toEqual([String(command), name])
    expect(contentOf(books)).toEqual(before)
  }
  const statusInBatch = (books: Books, ...words: ReadonlyArray<number>): string | undefined => {
    books.log.drain()
    books.run(Int32Array.from([...words, ...Array.from({ length: COMMAND_WORDS - words.length }, () => 0)]), 0, 1)
    const events = books.log.drain()
    return (events[0]! & 255) === 6 ? nameOf(events[6]!) : "Accepted"
  }

  it("prices and quantities beyond all rules", () => {
    const books = opened()
    const place = (price: number, quantity: number) => () => books.place(0, 1, 7, 0, termsOf(0), price, quantity, 0, [])
    const beyond = [-TEN_MILLION - 1, TEN_MILLION + 1, LARGEST, SMALLEST, 2 ** 32, -(2 ** 40), Infinity, -Infinity, NaN, Number.MAX_VALUE]
    refused(books, "PriceOutsideBand", beyond.flatMap((price) => [place(price, 1), () => books.move(0, 1, 0, price)]))
    refused(books, "PriceOffTick", [1, 99, -1, 0.5, Number.MIN_VALUE, TEN_MILLION - 1].flatMap((price) => [place(price, 1), () => books.move(0, 1, 0, price)]))
    refused(books, "QuantityTooSmall", [0, -1, SMALLEST, -Infinity, NaN, 0.5, 1.5].map((quantity) => place(0, quantity)))
    refused(books, "QuantityTooLarge", [MOST_WH + 1, LARGEST, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((quantity) => place(0, quantity)))
    refused(books, "QuantityTooSmall", [0, -1, NaN, 0.5, 1.5, SMALLEST, 5 - 2 ** 32, Infinity].map((by) => () => books.reduce(0, 1, 0, by)))
  })

  it("books, accounts, terms and times that there are not", () => {
    const books = opened()
    refused(books, "BookClosed", WRONG_PLACES.map((book) => () => books.place(book, 1, 7, 0, termsOf(0), 0, 1, 0, [])))
    refused(books, "UnknownAccount", WRONG_PLACES.map((account) => () => books.place(0, account, 7, 0, termsOf(0), 0, 1, 0, [])))
    refused(books, "UnknownTerms", [-1, 10, 80, 128, 2 ** 32, NaN, 0.5].map((terms) => () => books.place(0, 1, 7, 0, terms, 0, 1, 0, [])))
    refused(books, "UntilPast", [-1, 0.5, NaN, Infinity, 2 ** 60].map((until) => () => books.place(0, 1, 7, 0, termsOf(0), 0, 1, until, [])))
    refused(books, "CounterpartiesWrong", [[3], [-1], [0.5], [0, 0, 0, 0, 0, 0, 0, 0, 0]].map((named) => () => books.place(0, 1, 7, 0, termsOf(0), 0, 1, 0, named)))
    refused(books, "UnknownOrder", [() => books.cancel(0, 1, 1), () => books.move(0, 1, -1, 0), () => books.reduce(0, 1, 1, 1)])
    refused(books, "UnknownOrder", [2, -1, 2 ** 31, 0].flatMap((low) => [() => books.cancel(0, low, 0), () => books.move(0, low, 0, 0), () => books.reduce(0, low, 0, 1), () => books.cancel(2, 1, 0), () => books.cancel(NaN, 1, 0)]))
  })

  it("by batch, every word at its ends", () => {
    const books = opened()
    const before = contentOf(books)
    const place = PLACE | (termsOf(0) << 8)
    for (const price of [LARGEST, SMALLEST, TEN_MILLION + 100, -TEN_MILLION - 100]) expect(statusInBatch(books, place, 1, 7, 0, price, 1)).toBe("PriceOutsideBand")
    for (const price of [1, -1, 99, TEN_MILLION - 1]) expect(statusInBatch(books, place, 1, 7, 0, price, 1)).toBe("PriceOffTick")
    for (const quantity of [0, -1, SMALLEST]) expect(statusInBatch(books, place, 1, 7, 0, 0, quantity)).toBe("QuantityTooSmall")
    for (const quantity of [MOST_WH + 1, LARGEST]) expect(statusInBatch(books, place, 1, 7, 0, 0, quantity)).toBe("QuantityTooLarge")
    for (const account of [2, -1, 3, 2 ** 20, LARGEST, SMALLEST]) expect(statusInBatch(books, place, account, 7, 0, 0, 1)).toBe("UnknownAccount")
    for (const book of [1, 2, 65_535]) expect(statusInBatch(books, place | (book << 16), 1, 7, 0, 0, 1)).toBe("BookClosed")
    for (const terms of [10, 80, 128, 255]) expect(statusInBatch(books, PLACE | (terms << 8), 1, 7, 0, 0, 1)).toBe("UnknownTerms")
    for (const account of [-1, LARGEST, SMALLEST, 1]) for (const operation of [CANCEL, MOVE, REDUCE]) expect(statusInBatch(books, operation, account, 1, 0, 0, 1)).toBe("UnknownOrder")
    for (const price of [LARGEST, SMALLEST]) expect(statusInBatch(books, MOVE, 0, 1, 0, price)).toBe("PriceOutsideBand")
    expect(statusInBatch(books, MOVE, 0, 1, 0, 50)).toBe("PriceOffTick")
    for (const operation of [4, 99, 255]) expect(statusInBatch(books, operation, 0, 1, 0, 0, 1)).toBe("UnknownOperation")
    expect(statusInBatch(books, place, 0, 1, 0, -100, 1)).toBe("DuplicateId")
    expect(contentOf(books)).toEqual(before)
  })

  it("a full pool refuses by batch what would rest, not what trades at once", () => {
    const books = opened()
    const sell = (id: number, account = 0) => statusInBatch(books, PLACE | (termsOf(1) << 8), account, id, 0, 100, 1)
    expect([sell(2), sell(3), sell(4)]).toEqual(["Accepted", "Accepted", "Accepted"])
    const before = contentOf(books)
    expect([sell(5), sell(5, 1)]).toEqual(["PoolFull", "PoolFull"])
    expect(statusInBatch(books, PLACE | (termsOf(0, POST_ONLY) << 8), 1, 5, 0, -100, 1)).toBe("PoolFull")
    expect(contentOf(books)).toEqual(before)
    expect(statusInBatch(books, PLACE | (termsOf(0, IMMEDIATE_OR_CANCEL) << 8), 1, 5, 0, 0, 4)).toBe("Accepted")
    expect(statusInBatch(books, PLACE | (termsOf(0, FILL_OR_KILL) << 8), 1, 5, 0, 100, 9)).toBe("Accepted")
    expect(books.depth(0, 1, 9)).toEqual([])
    expect([sell(5), sell(1)]).toEqual(["Accepted", "Accepted"])
  })

  it("a full account refuses by batch what would rest, and others have room", () => {
    const books = opened({ ...rules, maximumOpen: 1 })
    const before = contentOf(books)
    expect(statusInBatch(books, PLACE | (termsOf(1) << 8), 0, 5, 0, 100, 1)).toBe("TooManyOpenOrders")
    expect(contentOf(books)).toEqual(before)
    expect(statusInBatch(books, PLACE | (termsOf(1) << 8), 1, 5, 0, 100, 1)).toBe("Accepted")
  })

  it("ids are taken at both ends of 64 bits, and again once they are free", () => {
    const books = opened()
    const ends: ReadonlyArray<readonly [number, number]> = [[0, 0], [-1, -1], [SMALLEST, LARGEST]]
    for (const [low, high] of ends) expect(books.place(0, 1, low, high, termsOf(0), -100, 1, 0, [])).toBe(0)
    expect(books.place(0, 0, 2, 0, termsOf(0), -100, 1, 0, [])).toBe(501)
    for (const [low, high] of ends) {
      expect(books.cancel(1, low, high)).toBe(0)
      expect(nameOf(books.cancel(1, low, high))).toBe("UnknownOrder")
      expect(books.place(0, 1, low, high, termsOf(0), -200, 1, 0, [])).toBe(0)
    }
    expect(nameOf(books.place(0, 1, -1, -1, termsOf(0), -200, 1, 0, []))).toBe("DuplicateId")
  })

  it("the largest quantities at the ends of the band are counted to the watt-hour and hold to the nano-unit", () => {
    // A buyer at 10^7 locks 10^7 for the payment and 10^7 - (-1) for the exposure: 20,000,001 x 4 x 10^8 Wh is below 2^53.
    const books = make({ ...rules, maximumQuantity: 400_000_000, tariffs: [{ residualSupplyPrice: 0, feedInPrice: -1 }] })
    books.open(900, 0)
    books.setAccount(0, 0, 8_000_000_400_000_000)
    const buy = (id: number, quantity: number) => books.place(0, 0, id, 0, termsOf(0), TEN_MILLION, quantity, 0, [])
    expect(buy(1, 400_000_000)).toBe(0)
    expect(books.held(0)).toBe(8_000_000_400_000_000)
    expect(nameOf(buy(2, 1))).toBe("InsufficientCredit")
    expect(books.depth(0, 0, 2)).toEqual([{ price: TEN_MILLION, quantity: 400_000_000 }])
    expect(books.cancel(0, 1, 0)).toBe(0)
    expect(books.held(0)).toBe(0)
  })

  it("the command's number goes on at 0 after 2^32", () => {
    const books = opened()
    books.log.drain()
    books.log.command = -2
    for (const id of [5, 6, 7]) books.cancel(0, id, 0)
    expect([7, 15, 23].map((at) => books.log.words[at])).toEqual([-1, 0, 1])
  })
})

it("a reference whose distance to a price is no exact number decides for the price next to it", () => {
  const wide: BookRules = { ...rules, minimumPrice: -524_288, maximumPrice: 524_287, priceTick: 1 }
  for (const books of [new NaiveBooks(wide), new FastBooks(wide)]) {
    books.open(0, 0)
    for (const account of [0, 1]) books.setAccount(account, account, 0)
    books.collect(0)
    books.place(0, 0, 1, 0, termsOf(1), -524_288, 2, 0, [])
    books.place(0, 1, 2, 0, termsOf(0), -471_269, 2, 0, [])
    books.log.drain()
    books.close(0, Number.MAX_SAFE_INTEGER)
    expect(books.log.drain()[4]).toBe(-471_269)
  }
})

it("both books end with the same hash after the same extremes", () => {
  const ends = [0, 1, -1, LARGEST, SMALLEST, 2 ** 20, 65_536]
  const words = ends.flatMap((first) => ends.flatMap((second) => ends.flatMap((third) => [first, second, 1, third, third, first, second, 0])))
  const hashes = [new NaiveBooks(rules), new FastBooks(rules)].map((books) => {
    books.open(0, 0)
    for (const account of [0, 1]) books.setAccount(account, account, 0)
    books.run(Int32Array.from(words), 0, words.length / COMMAND_WORDS)
    return [books.log.hash(), ...books.snapshot()].join()
  })
  expect(hashes[1]).toBe(hashes[0])
})
