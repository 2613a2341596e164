import { highOf, lowOf } from "../event-log.ts"
import { SnapshotWriter } from "../snapshot-form.ts"
import type { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

const { ACCOUNT_MASK, CREDIT, DIRECTED, HEADS, ID, NEXT, NOW, PHASE, QUANTITY, STAMP, TARIFF, TERMS_MASK, TERMS_SHIFT, TIMED, WHO } = layout

const NOBODY: ReadonlyArray<number> = []

const writeAccounts = (books: FastBooks, writer: SnapshotWriter): void => {
  const known: Array<number> = []
  for (let account = 0; account < books.rules.accounts; account++) if (books.ownerOf(account) !== 0) known.push(account)
  writer.put(known.length)
  for (const account of known) {
    const credit = books.longAt(books.purseOf(account) + CREDIT)
    const held = books.held(account)
    writer.put(account, books.ownerOf(account) - 1, lowOf(credit), highOf(credit), lowOf(held), highOf(held))
  }
}

const writeOrder = (books: FastBooks, writer: SnapshotWriter, order: number, price: number): void => {
  const { words } = books
  const at = order >>> 2
  const who = words[at + (WHO >> 2)]!
  const until = (who & TIMED) === 0 ? 0 : books.expiry.until(order)
  const named = (who & DIRECTED) === 0 ? NOBODY : books.namedBy(order)
  writer.order(who & ACCOUNT_MASK, words[at + (ID >> 2)]!, words[at + (ID >> 2) + 1]!, (who >>> TERMS_SHIFT) & TERMS_MASK, price, words[at + (QUANTITY >> 2)]!, words[at + (STAMP >> 2)]!, until, named)
}

/** Walks one side and returns how many orders it wrote. */
const writeSide = (books: FastBooks, writer: SnapshotWriter, book: number, side: number): number => {
  let written = 0
  books.eachPrice(book, side, (tick, first) => {
    const price = books.priceOf(tick)
    for (let order = first; order !== 0; order = books.words[(order + NEXT) >>> 2]!) {
      writeOrder(books, writer, order, price)
      written++
    }
    return true
  })
  return written
}

const writeAside = (books: FastBooks, writer: SnapshotWriter, book: number): number => {
  const orders = books.aside(book)
  for (const order of orders) writeOrder(books, writer, order, books.priceOf(books.tickAt(order)))
  return orders.length
}

export const writeSnapshot = (books: FastBooks): Uint8Array => {
  const writer = new SnapshotWriter()
  writer.head(books.rules, books.log, books.stamps | 0, books.doubles[NOW >>> 3]!)
  writeAccounts(books, writer)
  const places = [...books.keys].sort(([, left], [, right]) => left - right)
  writer.put(places.length)
  writer.reserve(places.length * 9 + books.live * 7)
  for (const [key, book] of places) {
    writer.put(book, lowOf(key), highOf(key), books.at(HEADS + book * 64 + TARIFF) / 16, books.at(HEADS + book * 64 + PHASE))
    const sizes = writer.mark(3)
    writer.fill(sizes, writeSide(books, writer, book, 0))
    writer.fill(sizes + 1, writeSide(books, writer, book, 1))
    writer.fill(sizes + 2, writeAside(books, writer, book))
  }
  return writer.finish()
}
