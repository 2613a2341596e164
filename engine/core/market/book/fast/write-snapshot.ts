import { highOf, lowOf } from "../event-log.ts"
import { SnapshotWriter } from "../snapshot-form.ts"
import type { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

const { ASIDE_HEAD, BATCH, COUNT, CREDIT, FIRST, HEADS, NOW, PHASE, RESUME_ORDER, RESUME_TICK, TARIFF } = layout

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

/** Writes a list (0 bids, 1 asks, 2 aside) and returns how many orders it has. */
const writeList = (books: FastBooks, writer: SnapshotWriter, book: number, list: number): number => {
  const head = HEADS + book * 64
  let tick = list === 2 ? 0 : books.at(head + list * 4)
  let order = list === 2 ? books.at(head + ASIDE_HEAD) : books.isTick(tick) ? books.at(books.cellOf(book, tick) + FIRST) : 0
  let written = 0
  while (order !== 0) {
    const end = books.assembly.writeOrders(book, list, tick, order)
    writer.copy(books.words, BATCH >>> 2, end >>> 2)
    written += books.at(COUNT)
    tick = books.at(RESUME_TICK)
    order = books.at(RESUME_ORDER)
  }
  return written
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
    for (let list = 0; list < 3; list++) writer.fill(sizes + list, writeList(books, writer, book, list))
  }
  return writer.finish()
}
