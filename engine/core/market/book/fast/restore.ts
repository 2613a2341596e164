import { NotCanonical } from "../../../quantity/canonical-reader.ts"
import { CALL_PHASE, OPEN_PHASE } from "../phases.ts"
import type { BookRules } from "../rules.ts"
import { readSnapshot } from "../snapshot-form.ts"
import { FastBooks } from "./fast-books.ts"
import { isBelow } from "./flat-memory.ts"
import * as layout from "./layout.ts"

const { BATCH, BATCH_LIMIT, COUNT, HELD_BY_TRADES, NOW } = layout

/** Hands a list to the assembly in pieces that fit; returns where the next word is, -1 if the list cannot be. */
const restoreList = (books: FastBooks, book: number, list: number, count: number, words: Int32Array, from: number): number => {
  let at = from
  for (let left = count; left > 0; left -= books.at(COUNT)) {
    const piece = words.subarray(at, at + ((BATCH_LIMIT - BATCH) >>> 2))
    books.words.set(piece, BATCH >>> 2)
    const taken = books.assembly.restoreOrders(book, list, left, piece.length * 4)
    if (taken <= 0) return -1
    at += taken >>> 2
  }
  return at
}

/** The books of a snapshot. Orders get places of their own, which nobody sees but through handles, and those do not outlive a snapshot. */
export const restoreFast = (rules: BookRules, bytes: Uint8Array): FastBooks => {
  const made = new FastBooks(rules)
  readSnapshot(bytes, rules, made.log, {
    account: (account, owner, credit, held) => {
      if (!isBelow(account, rules.accounts) || !isBelow(owner, rules.accounts)) throw new NotCanonical("a snapshot with an account that no table can hold")
      made.writeAccount(account, owner, credit)
      made.putLong(made.purseOf(account) + HELD_BY_TRADES, held)
    },
    book: (place, key, tariff, phase) => {
      const isNew = isBelow(place, rules.books) && !made.isOpen(place) && made.placeOf(key) === -1
      if (!isNew || !isBelow(tariff, Math.max(1, rules.tariffs.length)) || (phase !== OPEN_PHASE && phase !== CALL_PHASE)) throw new NotCanonical("a snapshot with a book that has no place")
      made.openAt(place, key, tariff, phase)
    },
    list: (book, list, count, words, at) => restoreList(made, book, list, count, words, at),
    done: (stamps, now) => {
      made.stamps = stamps
      made.doubles[NOW >>> 3] = now
    }
  })
  return made
}
