import fc from "fast-check"
import { expect, it } from "vitest"
import { CALL_BUYER, CALL_SELLER, CALLED, EVENT_WORDS } from "../../engine/core/market/book/event-log.ts"
import { FastBooks } from "../../engine/core/market/book/fast/fast-books.ts"
import { termsOf } from "../../engine/core/market/book/terms.ts"
import { crampedRules } from "../arbitraries/book-command.ts"
import { runs } from "../arbitraries/runs.ts"

const rules = { ...crampedRules, tariffs: [], orders: 100, maximumOpen: 100 }
const order = fc.record({ side: fc.nat(1), tick: fc.nat(8), quantity: fc.integer({ min: 2, max: 60 }) })

/** Wh by order, price and total of the call over `placed`, as the events tell. */
const called = (placed: ReadonlyArray<{ side: number; tick: number; quantity: number }>, reference: number) => {
  const books = new FastBooks(rules)
  books.open(1, 0)
  books.setAccount(0, 0, 0)
  books.collect(0)
  for (const [id, { side, tick, quantity }] of placed.entries()) books.place(0, 0, id, 0, termsOf(side), -30 + 10 * tick, quantity, 0, [])
  books.log.drain()
  books.close(0, reference)
  const words = books.log.drain()
  const filled = placed.map(() => 0)
  let price: number | undefined
  for (let at = 0; at < words.length; at += EVENT_WORDS) {
    const kind = words[at]! & 255
    if (kind === CALLED) price = words[at + 4]!
    if (kind === CALL_BUYER || kind === CALL_SELLER) filled[words[at + 2]!]! += words[at + 5]!
  }
  return { price, filled }
}

it("the call is fair: one price, nobody worse than the own limit, better prices first, then time, nothing left that could trade", () => {
  fc.assert(
    fc.property(fc.array(order, { maxLength: 40 }), fc.integer({ min: -40, max: 60 }), (placed, reference) => {
      const { price, filled } = called(placed, reference)
      const sum = (side: number) => filled.reduce((total, quantity, id) => (placed[id]!.side === side ? total + quantity : total), 0)
      expect(sum(0)).toBe(sum(1))
      if (price === undefined) {
        expect(placed.some((buy) => buy.side === 0 && placed.some((sell) => sell.side === 1 && sell.tick <= buy.tick))).toBe(false)
        return
      }
      const short = [0, 1].map((side) => {
        const willing = placed.flatMap((one, id) => (one.side === side && (side === 0 ? -30 + 10 * one.tick >= price : -30 + 10 * one.tick <= price) ? [{ ...one, id }] : []))
        const inOrder = willing.toSorted((left, right) => (side === 0 ? right.tick - left.tick : left.tick - right.tick) || left.id - right.id)
        const served = inOrder.map(({ id }) => filled[id]!)
        // Full ones first, at most one in part, then none.
        let left = sum(side)
        for (const [place, one] of inOrder.entries()) {
          expect(served[place]).toBe(Math.min(one.quantity, left))
          left -= served[place]!
        }
        expect(left).toBe(0)
        return inOrder.some((one) => filled[one.id]! < one.quantity)
      })
      expect(short[0] && short[1]).toBe(false)
    }),
    runs(1_500)
  )
})
