import type { BookRules } from "../rules.ts"
import { readSnapshot } from "../snapshot-form.ts"
import { FastBooks } from "./fast-books.ts"
import * as layout from "./layout.ts"

const { HELD_BY_TRADES, NOW } = layout

/** The books of a snapshot. Orders get places of their own, which nobody sees but through handles, and those do not outlive a snapshot. */
export const restoreFast = (rules: BookRules, bytes: Uint8Array): FastBooks => {
  const made = new FastBooks(rules)
  readSnapshot(bytes, rules, made.log, {
    account: (account, owner, credit, held) => {
      made.writeAccount(account, owner, credit)
      made.putLong(made.purseOf(account) + HELD_BY_TRADES, held)
    },
    book: (place, key, tariff, phase) => made.openAt(place, key, tariff, phase),
    order: (book, list, account, low, high, terms, price, quantity, stamp, until, named) => {
      made.nameCounterparties(named)
      made.assembly.restore(book, list === 2, account, low, high, terms, (price - rules.minimumPrice) / rules.priceTick, quantity, stamp, until, named.length)
    },
    done: (stamps, now) => {
      made.stamps = stamps
      made.doubles[NOW >>> 3] = now
    }
  })
  return made
}
