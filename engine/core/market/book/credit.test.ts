import { describe, expect, it } from "vitest"
import { bothBooks, readableRules } from "../../../../property-tests/arbitraries/readable-books.ts"
import type { Books } from "./books.ts"
import { ACCEPTED, STATUS_NAMES } from "./status.ts"
import { termsOf } from "./terms.ts"

/** Per Wh a buyer at 100 locks 100, a seller there 200. */
const rules = { ...readableRules, tariffs: [{ residualSupplyPrice: 300, feedInPrice: 300 }] }
const BUY = termsOf(0)
const SELL = termsOf(1)

/** Account 0 sold 10 Wh to account 1 at 100, which bids for 4 more; each has credit for a million. */
const traded = (books: Books): Books => {
  books.open(900, 0)
  for (const account of [0, 1]) books.setAccount(account, account, 1_000_000)
  expect(books.place(0, 0, 1, 0, SELL, 100, 10, 0, [])).toBe(ACCEPTED)
  expect(books.place(0, 1, 1, 0, BUY, 100, 14, 0, [])).toBe(ACCEPTED)
  expect([books.held(0), books.held(1)]).toEqual([2_000, 1_400])
  return books
}

describe.each(bothBooks)("%s books: credit", (_name, make) => {
  it("what a delivered trade held is released, all of it or a part, and never what an order holds", () => {
    const books = traded(make(rules))
    const release = (account: number, amount: number) => STATUS_NAMES[books.release(account, amount)]
    expect([-1, 0.5, NaN, 1_001, 2 ** 53].map((amount) => release(1, amount))).toEqual(Array.from({ length: 5 }, () => "AmountWrong"))
    expect([release(1, 0), release(1, 400), books.held(1)]).toEqual(["Accepted", "Accepted", 1_000])
    expect([release(1, 601), release(1, 600), release(1, 1), books.held(1)]).toEqual(["AmountWrong", "Accepted", "AmountWrong", 400])
    expect([release(0, 2_000), books.held(0)]).toEqual(["Accepted", 0])
    expect([2, 8, -1, NaN].map((account) => release(account, 0))).toEqual(Array.from({ length: 4 }, () => "UnknownAccount"))
  })

  it("credit is a whole number, and may fall below what is held", () => {
    const books = traded(make(rules))
    expect([0.5, NaN, 2 ** 53, -(2 ** 53)].map((credit) => STATUS_NAMES[books.setAccount(1, 1, credit)])).toEqual(Array.from({ length: 4 }, () => "AmountWrong"))
    expect(books.setAccount(1, 1, -5)).toBe(ACCEPTED)
    expect([books.held(1), books.openOrders(1)]).toEqual([1_400, 1])
    expect(STATUS_NAMES[books.place(0, 1, 2, 0, BUY, 100, 1, 0, [])]).toBe("InsufficientCredit")
    // To stay as dear as it was an order needs nothing.
    expect([100, 90].map((price) => STATUS_NAMES[books.move(1, 1, 0, price)])).toEqual(["Accepted", "Accepted"])
  })

  // A buyer locks what it pays and what lies above the feed-in price of 0, a seller what it pays and what lies below the residual supply's of 1.
  it.each<[string, number, ReadonlyArray<number>]>([["buyer", BUY, [0, 0, 0, 2, 4]], ["seller", SELL, [5, 3, 1, 0, 0]]])("what a %s locks is exact at the smallest prices", (_, terms, locked) => {
    const books = make({ ...rules, priceTick: 1, tariffs: [{ residualSupplyPrice: 1, feedInPrice: 0 }] })
    books.open(900, 0)
    books.setAccount(0, 0, 1_000)
    const held = [-2, -1, 0, 1, 2].map((price) => {
      books.place(0, 0, 1, 0, terms, price, 1, 0, [])
      const amount = books.held(0)
      books.cancel(0, 1, 0)
      return amount
    })
    expect(held).toEqual(locked)
  })

  it("a move may use up all that is free, and not one nano-unit more", () => {
    const books = make({ ...rules, priceTick: 1 })
    books.open(900, 0)
    books.setAccount(0, 0, 150)
    expect(books.place(0, 0, 1, 0, BUY, 100, 1, 0, [])).toBe(ACCEPTED)
    expect([151, 150, 151].map((price) => STATUS_NAMES[books.move(0, 1, 0, price)])).toEqual(["InsufficientCredit", "Accepted", "InsufficientCredit"])
    expect(books.held(0)).toBe(150)
  })
})
