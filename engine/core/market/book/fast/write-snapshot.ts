import { highOf, lowOf } from "../event-log.ts"
import { SnapshotWriter } from "../snapshot-form.ts"
import type { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { ACCOUNT_MASK, BEST_BID, HIGH, LOW, OWNER, PHASE, QUANTITY, STAMP, TARIFF, TERMS_MASK, TERMS_SHIFT, TIMED, WHO } = layout

const NOBODY: ReadonlyArray<number> = []

const writeAccounts = ({ accounts, rules }: FastBooks, writer: SnapshotWriter): void => {
  const known: Array<number> = []
  for (let account = 0; account < rules.accounts; account++) if (accounts.isKnown(account)) known.push(account)
  writer.put(known.length)
  for (const account of known) {
    const credit = accounts.credit(account)
    const held = accounts.held(account)
    writer.put(account, accounts.words[(account << 3) + OWNER]! - 1, lowOf(credit), highOf(credit), lowOf(held), highOf(held))
  }
}

const writeOrder = (books: FastBooks, writer: SnapshotWriter, slot: number, price: number): void => {
  const { words } = books.pool
  const order = slot << 3
  const who = words[order + WHO]!
  const until = (who & TIMED) === 0 ? 0 : books.expiry.until[slot]!
  const named = books.aside.isDirected(slot) ? books.aside.namedBy(slot) : NOBODY
  writer.order(who & ACCOUNT_MASK, words[order + LOW]!, words[order + HIGH]!, (who >>> TERMS_SHIFT) & TERMS_MASK, price, words[order + QUANTITY]!, words[order + STAMP]!, until, named)
}

/** Walks one side and returns how many orders it wrote. */
const writeSide = (books: FastBooks, writer: SnapshotWriter, book: number, side: number): number => {
  const { ladder, pool } = books
  let written = 0
  let tick = ladder.heads[(book << 4) + BEST_BID + side]!
  while (tick >= 0 && tick < ladder.stride) {
    const price = books.priceOf(tick)
    for (let slot = ladder.cells[((book << ladder.shift) | tick) << 2]!; slot !== 0; slot = pool.words[slot << 3]!) {
      writeOrder(books, writer, slot, price)
      written++
    }
    tick = side === 0 ? ladder.below(book, tick) : ladder.above(book, tick)
  }
  return written
}

const writeAside = (books: FastBooks, writer: SnapshotWriter, book: number): number => {
  let written = 0
  for (let slot = books.aside.first(book); slot !== 0; slot = books.pool.words[slot << 3]!) {
    writeOrder(books, writer, slot, books.priceOf(books.tickOf(slot)))
    written++
  }
  return written
}

export const writeSnapshot = (books: FastBooks): Uint8Array => {
  const writer = new SnapshotWriter()
  writer.head(books.rules, books.log, books.stamps | 0, books.now)
  writeAccounts(books, writer)
  const places = [...books.keys].sort(([, left], [, right]) => left - right)
  writer.put(places.length)
  writer.reserve(places.length * 9 + books.pool.live * 7)
  for (const [key, book] of places) {
    writer.put(book, lowOf(key), highOf(key), books.ladder.heads[(book << 4) + TARIFF]!, books.ladder.heads[(book << 4) + PHASE]!)
    const sizes = writer.mark(3)
    writer.fill(sizes, writeSide(books, writer, book, 0))
    writer.fill(sizes + 1, writeSide(books, writer, book, 1))
    writer.fill(sizes + 2, writeAside(books, writer, book))
  }
  return writer.finish()
}
