import fc from "fast-check"
import { expect, it } from "vitest"
import { runs } from "../../../../../property-tests/arbitraries/runs.ts"
import { callPrice } from "./call-price.ts"

/** Every price tried, every order asked: the definition, word for word. */
const byDefinition = (demand: ReadonlyArray<number>, supply: ReadonlyArray<number>, reference: number) => {
  const sum = (quantities: ReadonlyArray<number>) => quantities.reduce((total, quantity) => total + quantity, 0)
  const prices = demand.map((_, tick) => {
    const bought = sum(demand.filter((_, limit) => limit >= tick))
    const sold = sum(supply.filter((_, limit) => limit <= tick))
    return { tick, matched: Math.min(bought, sold), surplus: Math.abs(bought - sold), distance: Math.abs(tick - reference) }
  })
  const most = prices.filter((one) => one.matched === Math.max(...prices.map(({ matched }) => matched)))
  const least = most.filter((one) => one.surplus === Math.min(...most.map(({ surplus }) => surplus)))
  const nearest = least.find((one) => one.distance === Math.min(...least.map(({ distance }) => distance)))!
  return nearest.matched === 0 ? undefined : { tick: nearest.tick, matched: nearest.matched }
}

/** One order for each tick that has Wh, the lowest price first. */
const orders = (quantities: ReadonlyArray<number>) => quantities.flatMap((quantity, tick) => (quantity === 0 ? [] : [{ tick, quantity }]))

it("the price of a call is the one that its definition names", () => {
  const quantities = (ticks: number) => fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 1_000_000 })), { minLength: ticks, maxLength: ticks })
  const books = fc.integer({ min: 1, max: 30 }).chain((ticks) => fc.tuple(quantities(ticks), quantities(ticks), fc.integer({ min: -3, max: ticks + 3 })))
  fc.assert(
    fc.property(books, ([demand, supply, reference]) => {
      const made = callPrice(orders(demand).reverse(), orders(supply), demand.length, (tick) => Math.abs(tick - reference), reference)
      expect(made).toEqual(byDefinition(demand, supply, reference))
    }),
    runs(3_000)
  )
})

it("around a reference between two prices the nearer is taken, of two as near the lower", () => {
  const around = (reference: number) => callPrice([{ tick: 3, quantity: 5 }], [{ tick: 0, quantity: 5 }], 4, (tick) => Math.abs(tick - reference), 1)
  expect([1.4, 1.5, 1.6].map(around)).toEqual([1, 1, 2].map((tick) => ({ tick, matched: 5 })))
})

it("where nothing meets there is no price, not even where nobody is left over", () => {
  expect(callPrice([{ tick: 0, quantity: 5 }], [{ tick: 3, quantity: 5 }], 4, (tick) => Math.abs(tick - 2), 2)).toBeUndefined()
})
