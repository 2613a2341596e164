import fc from "fast-check"
import { expect, it } from "vitest"
import { anyWattHours } from "../../../property-tests/arbitraries/quantity.ts"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { shareByDynamicKey } from "./dynamic-key.ts"

it("surplus 900 among consumption 600, 300, 100 of 1,000: 540, 270, 90", () => {
  expect(shareByDynamicKey({ surplusWh: [900, 0, 0, 0], consumptionWh: [0, 600, 300, 100] })).toEqual({
    sharedWh: 900,
    givenWh: [900, 0, 0, 0],
    receivedWh: [0, 540, 270, 90]
  })
})

it("more surplus than consumption: everybody is served, producers give in proportion", () => {
  expect(shareByDynamicKey({ surplusWh: [600, 200, 0], consumptionWh: [0, 0, 400] })).toEqual({ sharedWh: 400, givenWh: [300, 100, 0], receivedWh: [0, 0, 400] })
})

it("no consumption, or no surplus: nothing is shared, and nothing of the last period is left over", () => {
  expect(shareByDynamicKey({ surplusWh: [5, 0], consumptionWh: [0, 0] })).toEqual({ sharedWh: 0, givenWh: [0, 0], receivedWh: [0, 0] })
  expect(shareByDynamicKey({ surplusWh: [], consumptionWh: [] }).sharedWh).toBe(0)
})

it("the identities of the Austrian process hold to the Wh", () => {
  const side = fc.array(anyWattHours, { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(side, side, (producers, consumers) => {
      const surplusWh = [...producers, ...consumers.map(() => 0)]
      const consumptionWh = [...producers.map(() => 0), ...consumers]
      const sum = (values: ReadonlyArray<number>) => values.reduce((left, right) => left + right, 0)
      const { sharedWh, givenWh, receivedWh } = shareByDynamicKey({ surplusWh, consumptionWh })
      const [g01, consumption] = [sum(surplusWh), sum(consumptionWh)]
      expect(sum(receivedWh)).toBe(sharedWh)
      expect(sum(givenWh)).toBe(sharedWh)
      expect(sharedWh).toBe(Math.min(g01, consumption))
      for (const [index, g03] of receivedWh.entries()) {
        const g02 = consumption === 0 ? 0 : (g01 * consumptionWh[index]!) / consumption
        expect(g03).toBeLessThanOrEqual(Math.ceil(g02))
        expect(g03).toBeLessThanOrEqual(consumptionWh[index]!)
      }
      for (const [index, given] of givenWh.entries()) {
        const p01 = surplusWh[index]! - given
        const exact = g01 === 0 ? 0 : surplusWh[index]! - (sharedWh * surplusWh[index]!) / g01
        expect(Math.abs(p01 - exact)).toBeLessThan(1 + 1e-6)
        expect(p01).toBeGreaterThanOrEqual(0)
      }
    }),
    runs(500)
  )
})
