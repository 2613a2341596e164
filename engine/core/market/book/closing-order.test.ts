import { describe, expect, it } from "vitest"
import { bothBooks, readableRules } from "../../../../property-tests/arbitraries/readable-books.ts"
import type { Books } from "./books.ts"
import { CLOSED, EVENT_WORDS } from "./event-log.ts"
import { ACCEPTED } from "./status.ts"
import { termsOf } from "./terms.ts"

/** Account and id, low and high, of the orders that the last command closed. */
const closed = (books: Books): Array<string> => {
  const words = books.log.drain()
  return Array.from({ length: words.length / EVENT_WORDS }, (_, event) => words.subarray(event * EVENT_WORDS, (event + 1) * EVENT_WORDS)).flatMap(([kind, account, low, high]) => ((kind! & 255) === CLOSED ? [`${account}: ${low} ${high}`] : []))
}

/** Ids in the order in which they are placed, and as unsigned numbers of 64 bits. */
const ids: ReadonlyArray<readonly [low: number, high: number]> = [[5, 2], [4, -1], [-1, 0], [30, 0], [3, 1], [7, 0]]
const inOrder = ["7 0", "30 0", "-1 0", "3 1", "5 2", "4 -1"]

/** Accounts 3 and 1 of owner 1, account 2 of owner 2, each with those ids; every order is good till `until`. */
const placed = (books: Books, until: (account: number) => number): Books => {
  books.open(900, 0)
  for (const [account, owner] of [[3, 1], [2, 2], [1, 1]] as const) books.setAccount(account, owner, 0)
  for (const account of [3, 2, 1]) for (const [low, high] of ids) expect(books.place(0, account, low, high, termsOf(0), 100, 1, until(account), [])).toBe(ACCEPTED)
  books.log.drain()
  return books
}
const of = (account: number) => inOrder.map((id) => `${account}: ${id}`)

describe.each(bothBooks)("%s books close", (_name, make) => {
  it("all orders of an owner by account, then by id as an unsigned number, and nobody else's", () => {
    const books = placed(make(readableRules), () => 0)
    books.cancelAll(1)
    expect(closed(books)).toEqual([...of(1), ...of(3)])
    expect([1, 2, 3].map((account) => books.openOrders(account))).toEqual([0, 6, 0])
    books.cancelAll(1)
    books.cancelAll(0)
    expect(closed(books)).toEqual([])
    books.cancelAll(2)
    expect(closed(books)).toEqual(of(2))
  })

  it("orders whose time is over by time, then by account and id", () => {
    const books = placed(make(readableRules), (account) => (account === 3 ? 50 : 60))
    books.advance(49)
    expect(closed(books)).toEqual([])
    books.advance(60)
    expect(closed(books)).toEqual([...of(3), ...of(1), ...of(2)])
  })

  it("a whole pool of orders that are good till a time", () => {
    const books = make({ ...readableRules, orders: 4 })
    books.open(900, 0)
    books.setAccount(0, 0, 0)
    for (const [id, until] of [50, 70, 60, 80].entries()) expect(books.place(0, 0, id, 0, termsOf(0), 100, 1, until, [])).toBe(ACCEPTED)
    books.log.drain()
    books.advance(80)
    expect(closed(books)).toEqual(["0: 0 0", "0: 2 0", "0: 1 0", "0: 3 0"])
  })
})
