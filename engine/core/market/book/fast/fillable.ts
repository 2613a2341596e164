import * as terms from "../terms.ts"
import type { FastCore } from "./fast-core.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { ALLOW, CANCEL_OLDEST } = terms
const { BEST_BID, DIRECTED_COUNT, QUANTITY } = layout

/** Resting orders that an incoming one may meet, best first. For the rare question only: it makes an array. */
const meetable = (books: FastCore, book: number, side: number, limit: number, owner: number, named: ReadonlyArray<number>): Array<number> => {
  const { ladder, pool, aside } = books
  const found: Array<number> = []
  const isNamed = (slot: number) => named.length === 0 || named.includes(books.ownerAt(slot) - 1)
  let tick = ladder.heads[(book << 4) + BEST_BID + 1 - side]!
  while (side === 0 ? tick <= limit : tick >= limit && tick >= 0) {
    for (let slot = ladder.cells[((book << ladder.shift) | tick) << 2]!; slot !== 0; slot = pool.words[slot << 3]!) if (isNamed(slot)) found.push(slot)
    tick = side === 0 ? ladder.above(book, tick) : ladder.below(book, tick)
  }
  for (let slot = aside.first(book); slot !== 0; slot = pool.words[slot << 3]!) {
    const at = pool.words[(slot << 3) + 3]! & (ladder.stride - 1)
    const isOther = (books.termsAt(slot) & 1) !== side
    if (isOther && (side === 0 ? at <= limit : at >= limit) && aside.mayMeet(slot, owner - 1) && isNamed(slot)) found.push(slot)
  }
  return found.sort((left, right) => (books.comesBefore(left, right) ? -1 : 1))
}

/** Wh on the ladder within a price, up to `quantity`, where nobody is asked who owns them. */
const isCoveredByLadder = ({ ladder }: FastCore, book: number, side: number, limit: number, quantity: number): boolean => {
  let covered = 0
  let tick = ladder.heads[(book << 4) + BEST_BID + 1 - side]!
  while (covered < quantity && (side === 0 ? tick <= limit : tick >= limit && tick >= 0)) {
    covered += ladder.sums[(((book << ladder.shift) | tick) << 1) + 1]!
    tick = side === 0 ? ladder.above(book, tick) : ladder.below(book, tick)
  }
  return covered >= quantity
}

/** Whether trades alone would fill an order: own orders stop it, or are passed over where the oldest is cancelled. */
export const isFillable = (books: FastCore, book: number, side: number, limit: number, quantity: number, owner: number, policy: number, named: ReadonlyArray<number>): boolean => {
  if (policy === ALLOW && named.length === 0 && books.ladder.heads[(book << 4) + DIRECTED_COUNT] === 0) return isCoveredByLadder(books, book, side, limit, quantity)
  let left = quantity
  for (const slot of meetable(books, book, side, limit, owner, named)) {
    if (left <= 0) break
    const isOwn = policy !== ALLOW && books.ownerAt(slot) === owner
    if (isOwn && policy !== CANCEL_OLDEST) return false
    if (!isOwn) left -= books.pool.words[(slot << 3) + QUANTITY]!
  }
  return left <= 0
}
