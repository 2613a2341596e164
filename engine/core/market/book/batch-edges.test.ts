import { describe, expect, it } from "vitest"
import { bothBooks, readable, readableRules } from "../../../../property-tests/arbitraries/readable-books.ts"
import type { Books } from "./books.ts"
import { CANCEL, COMMAND_WORDS, MOVE, PLACE } from "./commands.ts"
import { EVENT_WORDS, REFUSED } from "./event-log.ts"
import { FastBooks } from "./fast/fast-books.ts"
import { ACCEPTED, STATUS_NAMES } from "./status.ts"
import { termsOf } from "./terms.ts"

const BUY = PLACE | (termsOf(0) << 8)
const SELL = PLACE | (termsOf(1) << 8)
const inBook = (book: number): number => book << 16

type Command = readonly [head: number, account: number, id: number, price: number, quantity: number, until?: number]

/** Runs commands as one batch and tells what the last event says: the name of a refusal, or "Accepted". */
const run = (books: Books, ...commands: ReadonlyArray<Command>): string | undefined => {
  const words = commands.flatMap(([head, account, id, price, quantity, until = 0]) => [head, account, id, 0, price, quantity, until, 0])
  books.run(Int32Array.from(words), 0, words.length / COMMAND_WORDS)
  const last = books.log.drain().slice(-EVENT_WORDS)
  return (last[0]! & 255) === REFUSED ? STATUS_NAMES[last[6]!] : "Accepted"
}
const opened = (books: Books, credit = 0): Books => {
  books.open(900, 0)
  for (const account of [0, 1]) books.setAccount(account, account, credit)
  books.log.drain()
  return books
}

describe.each(bothBooks)("%s books by batch", (_name, make) => {
  it("good till the first second is good till then, not till the gate", () => {
    const books = opened(make(readableRules))
    expect(run(books, [SELL, 0, 1, 100, 5, 1])).toBe("Accepted")
    books.advance(1)
    expect(books.openOrders(0)).toBe(0)
  })

  it("an account behind the last one is none, whatever is written behind the accounts", () => {
    const books = opened(make({ ...readableRules, accounts: 128, orders: 4 }))
    for (let id = 1; id <= 64; id++) {
      expect(run(books, [SELL, 0, id, 100, 5])).toBe("Accepted")
      expect(run(books, [SELL, 128, id, 100, 5])).toBe("UnknownAccount")
      expect(run(books, [CANCEL, 0, id, 0, 0])).toBe("Accepted")
    }
  })

  it("a book behind the last one is none, whatever credit the first account has", () => {
    expect(run(opened(make({ ...readableRules, books: 64 }), 1), [SELL | inBook(64), 1, 1, 100, 5])).toBe("BookClosed")
  })

  it("a long log neither opens a book nor changes its tariff", () => {
    // A buyer at 110 locks 110 for the payment and as much as the price lies above the feed-in price: by the second tariff 60.
    const tariffs = [{ residualSupplyPrice: 300, feedInPrice: 300 }, { residualSupplyPrice: 300, feedInPrice: 50 }]
    const books = opened(make({ ...readableRules, tariffs }), 1_000_000)
    const pair: ReadonlyArray<Command> = [[BUY, 0, 1, 100, 1], [CANCEL, 0, 1, 0, 0]]
    expect(run(books, ...Array.from({ length: 4_100 }, () => pair).flat())).toBe("Accepted")
    expect(run(books, [BUY | inBook(1), 0, 1, 100, 1])).toBe("BookClosed")
    books.open(1_800, 1)
    expect(run(books, [BUY | inBook(1), 0, 1, 100, 1])).toBe("Accepted")
    expect(books.held(0)).toBe(100 + 50)
    expect(run(books, [MOVE, 0, 1, 110, 0])).toBe("Accepted")
    expect(books.held(0)).toBe(110 + 60)
  })

  it("a price that is another number where it is read a byte further on", () => {
    const books = opened(make({ ...readableRules, maximumPrice: 30_000, priceTick: 1 }))
    expect(run(books, [SELL, 0, 1, 25_600, 256])).toBe("Accepted")
    expect(books.best(0, 1)).toBe(25_600)
  })

  it("a price one tick above the band is outside it for a move as well", () => {
    const books = opened(make(readableRules))
    expect(run(books, [SELL, 0, 1, 300, 5])).toBe("Accepted")
    expect(run(books, [MOVE, 0, 1, 310, 0])).toBe("PriceOutsideBand")
  })

  it("a price between two ticks is off them, as small as a tick may be", () => {
    const books = opened(make({ ...readableRules, minimumPrice: -100, maximumPrice: 300, priceTick: 2 }))
    expect(run(books, [SELL, 0, 1, 101, 5])).toBe("PriceOffTick")
    expect(run(books, [SELL, 0, 1, 102, 5])).toBe("Accepted")
    expect(run(books, [MOVE, 0, 1, 103, 0])).toBe("PriceOffTick")
    expect(books.best(0, 1)).toBe(102)
  })

  it("a move needs its last nano-unit too", () => {
    const books = opened(make({ ...readableRules, priceTick: 1, tariffs: [{ residualSupplyPrice: 300, feedInPrice: 300 }] }), 150)
    expect(run(books, [BUY, 0, 1, 150, 1])).toBe("Accepted")
    expect(run(books, [MOVE, 0, 1, 151, 0])).toBe("InsufficientCredit")
    expect(books.held(0)).toBe(150)
  })

  it("an order that met others and rests is found by its id, wherever they stood in the table of ids", () => {
    const books = opened(make({ ...readableRules, orders: 4 }))
    for (let id = 1; id <= 400; id += 2) {
      expect(run(books, [SELL, 0, id, 100, 5], [BUY, 1, id + 1, 100, 8])).toBe("Accepted")
      expect(run(books, [CANCEL, 1, id + 1, 0, 0])).toBe("Accepted")
    }
  })
})

describe.each(bothBooks)("%s books: directed orders", (_name, make) => {
  it("who names the first owner alone meets nobody else", () => {
    const { place } = readable(make(readableRules))
    place("ben", "sell", 100, 5)
    expect(place("cleo", "buy", 100, 5, { named: ["ada"] })).toEqual([])
    expect(place("ada", "sell", 100, 5)).toEqual(["cleo 5 @ 100"])
  })

  it("to reduce a directed order leaves what the ladder holds at its price", () => {
    const { place, books, after } = readable(make(readableRules))
    place("ben", "sell", 100, 5)
    place("ada", "sell", 100, 5, { named: ["cleo"] })
    expect(after(books.reduce(0, 2, 0, 2))).toEqual(["ada reduced by 2 to 3"])
    expect(books.depth(0, 1, 9)).toEqual([{ price: 100, quantity: 5 }])
  })

  it("what a directed order held is held by its trade, and released with it", () => {
    // Per Wh a seller at 100 locks 200: the way up to the residual supply price.
    const books = opened(make({ ...readableRules, tariffs: [{ residualSupplyPrice: 300, feedInPrice: 300 }] }), 1_000_000)
    expect(books.place(0, 0, 1, 0, termsOf(1), 100, 10, 0, [1])).toBe(ACCEPTED)
    expect(books.place(0, 1, 2, 0, termsOf(0), 100, 10, 0, [])).toBe(ACCEPTED)
    expect([books.held(0), STATUS_NAMES[books.release(0, 2_000)], books.held(0)]).toEqual([2_000, "Accepted", 0])
  })
})

it("used-up stamps refuse by batch what would rest anew", () => {
  const books = new FastBooks(readableRules)
  opened(books)
  expect(run(books, [SELL, 0, 1, 100, 5])).toBe("Accepted")
  books.stamps = 0xffff_ffff
  expect(run(books, [SELL, 0, 2, 100, 5])).toBe("StampsUsedUp")
  expect(run(books, [MOVE, 0, 1, 110, 0])).toBe("StampsUsedUp")
})
