import fc from "fast-check"
import { expect, it } from "vitest"
import { crampedRules } from "../../../../../property-tests/arbitraries/book-command.ts"
import { runs } from "../../../../../property-tests/arbitraries/runs.ts"
import { callCandidates, naiveCallPrice } from "./naive-call.ts"
import type { NaiveOrder } from "./naive-state.ts"

const rules = { ...crampedRules, minimumPrice: -100, maximumPrice: 200, priceTick: 10 }
const order = fc.record({ terms: fc.nat(1), tick: fc.nat(30), quantity: fc.integer({ min: 1, max: 9 }) }).map(
  ({ terms, tick, quantity }): NaiveOrder => ({ book: 0, account: 0, low: 0, high: 0, terms, price: -100 + 10 * tick, quantity, stamp: 0, until: 0, named: [], collected: true })
)

it("prices worth asking lie within the band: its ends, and one tick around the reference and each limit", () => {
  const limits = (...prices: ReadonlyArray<number>) => prices.map((price): NaiveOrder => ({ book: 0, account: 0, low: 0, high: 0, terms: 0, price, quantity: 1, stamp: 0, until: 0, named: [], collected: true }))
  const ask = (reference: number, ...prices: ReadonlyArray<number>) => callCandidates(limits(...prices), rules, reference).sort((left, right) => left - right)
  expect(ask(57)).toEqual([-100, 40, 50, 60, 200])
  expect(ask(57, 50, 150)).toEqual([-100, 40, 50, 60, 140, 150, 160, 200])
  expect(ask(-100, 200)).toEqual([-100, -90, 190, 200])
})

it("no price of the band is better than the candidates", () => {
  const everyPrice = Array.from({ length: 31 }, (_, tick) => -100 + 10 * tick)
  fc.assert(
    fc.property(fc.array(order, { maxLength: 8 }), fc.integer({ min: -130, max: 230 }), (orders, reference) => {
      expect(naiveCallPrice(orders, callCandidates(orders, rules, reference), reference)).toEqual(naiveCallPrice(orders, everyPrice, reference))
    }),
    runs(2_000)
  )
})
