import type { Books } from "../../engine/core/market/book/books.ts"
import { CALLED, CALL_BUYER, CALL_SELLER, CLOSED, EVENT_WORDS, REDUCED, TRADED } from "../../engine/core/market/book/event-log.ts"
import { FastBooks } from "../../engine/core/market/book/fast/fast-books.ts"
import { NaiveBooks } from "../../engine/core/market/book/naive/naive-books.ts"
import type { BookRules } from "../../engine/core/market/book/rules.ts"
import { ACCEPTED, STATUS_NAMES } from "../../engine/core/market/book/status.ts"
import { CANCEL_NEWEST, FILL_OR_KILL, IMMEDIATE_OR_CANCEL, LIMIT, MARKET, POST_ONLY, termsOf } from "../../engine/core/market/book/terms.ts"

/** Few prices, no credit to mind. */
export const readableRules: BookRules = {
  minimumPrice: -100, maximumPrice: 300, priceTick: 10, minimumQuantity: 1, maximumQuantity: 1_000, maximumOpen: 20, maximumDirected: 4,
  tariffs: [], books: 2, accounts: 8, orders: 20
}

/** Both implementations of the books by name, each made under given rules. */
export const bothBooks: ReadonlyArray<[string, (rules: BookRules) => Books]> = [["naive", (rules) => new NaiveBooks(rules)], ["fast", (rules) => new FastBooks(rules)]]

const members = ["ada", "ben", "cleo", "dan"]
const kinds = { limit: LIMIT, market: MARKET, ioc: IMMEDIATE_OR_CANCEL, fok: FILL_OR_KILL, post: POST_ONLY }

interface Extras {
  readonly kind?: keyof typeof kinds
  readonly policy?: number
  readonly until?: number
  readonly named?: ReadonlyArray<string>
}

/** A set of books with a readable way to trade in the one at a place: who, side, price, Wh; what happened comes back as words. */
export const readable = (books: Books, book = 0) => {
  for (let place = 0; place <= book; place++) books.open(900 * (place + 1), 0)
  for (const [account] of members.entries()) books.setAccount(account, account, 0)
  books.log.drain()
  const happened = (): Array<string> => {
    const words = books.log.drain()
    const lines: Array<string> = []
    for (let at = 0; at < words.length; at += EVENT_WORDS) {
      const who = members[words[at + 1]!]
      const [price, quantity, rest] = words.subarray(at + 4, at + 7)
      const kind = words[at]! & 255
      if (kind === TRADED) lines.push(`${who} ${quantity} @ ${price}`)
      if (kind === CLOSED) lines.push(`${who} closed ${quantity}`)
      if (kind === REDUCED) lines.push(`${who} reduced by ${quantity} to ${rest}`)
      if (kind === CALLED) lines.push(`call ${quantity} @ ${price}`)
      if (kind === CALL_BUYER || kind === CALL_SELLER) lines.push(`${who} ${kind === CALL_BUYER ? "buys" : "sells"} ${quantity}`)
    }
    return lines
  }
  let id = 0
  const place = (who: string, side: "buy" | "sell", price: number, quantity: number, { kind = "limit", policy = CANCEL_NEWEST, until = 0, named = [] }: Extras = {}) => {
    const account = members.indexOf(who)
    const status = books.place(book, account, ++id, 0, termsOf(side === "buy" ? 0 : 1, kinds[kind], policy), price, quantity, until, named.map((name) => members.indexOf(name)))
    const lines = happened()
    return status === ACCEPTED ? lines : STATUS_NAMES[status]
  }
  const after = (status: number) => (status === ACCEPTED ? happened() : STATUS_NAMES[status])
  return { books, place, after }
}
