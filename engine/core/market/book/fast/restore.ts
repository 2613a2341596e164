import type { BookRules } from "../rules.ts"
import { readSnapshot } from "../snapshot-form.ts"
import { FastBooks } from "./fast-books.ts"
import { hashOf } from "./id-table.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { HELD_BY_ORDERS, HELD_BY_TRADES, QUANTITY, STAMP } = layout

/** The books of a snapshot. Orders get slots of their own, which nobody sees but through handles, and those do not outlive a snapshot. */
export const restoreFast = (rules: BookRules, bytes: Uint8Array): FastBooks => {
  const made = new FastBooks(rules)
  const { money } = made.accounts
  readSnapshot(bytes, rules, made.log, {
    account: (account, owner, credit, held) => {
      made.accounts.set(account, owner, credit)
      money[(account << 2) + HELD_BY_TRADES] = held
    },
    book: (place, key, tariff, phase) => made.openAt(place, key, tariff, phase),
    order: (book, list, account, low, high, terms, price, quantity, stamp, until, named) => {
      const tick = (price - rules.minimumPrice) / rules.priceTick
      const slot = made.addOrder(account, low, high, terms, until, named, hashOf(account, low, high))
      const order = slot << 3
      made.pool.words[order + QUANTITY] = quantity
      made.pool.words[order + STAMP] = stamp
      if (list === 2) made.aside.append(slot, book, tick)
      else made.ladder.append(slot, book, tick, list, quantity)
      const locked = made.rate(book, terms & 1, tick) * quantity
      money[(account << 2) + HELD_BY_ORDERS]! += locked
      money[(account << 2) + HELD_BY_TRADES]! -= locked
    },
    done: (stamps, now) => {
      made.stamps = stamps
      made.now = now
    }
  })
  return made
}
