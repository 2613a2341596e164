import fc from "fast-check"
import { expect, it } from "vitest"
import { anyWattHours } from "../../../../property-tests/arbitraries/quantity.ts"
import { runs } from "../../../../property-tests/arbitraries/runs.ts"
import { dynamicKey } from "./dynamic.ts"
import { assertShared, makeSharing } from "./sharing.ts"

const share = (offered: ReadonlyArray<number>, wanted: ReadonlyArray<number>) => {
  const sharing = makeSharing(offered.length, wanted.length)
  sharing.offeredWh.set(offered)
  sharing.wantedWh.set(wanted)
  const sharedWh = dynamicKey(sharing, 0)
  assertShared(sharing, sharedWh)
  return { sharedWh, givenWh: [...sharing.givenWh], receivedWh: [...sharing.receivedWh] }
}

it("more surplus than consumption: everybody is served, producers give in proportion", () => {
  expect(share([600, 200], [400])).toEqual({ sharedWh: 400, givenWh: [300, 100], receivedWh: [400] })
})

it("no consumption, or no surplus: nothing is shared, and nothing of the last period is left over", () => {
  expect(share([5], [0])).toEqual({ sharedWh: 0, givenWh: [0], receivedWh: [0] })
  expect(share([], []).sharedWh).toBe(0)
})

it("the identities of the Austrian process hold to the Wh", () => {
  const side = fc.array(anyWattHours, { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(side, side, (producers, consumers) => {
      const sum = (values: ReadonlyArray<number>) => values.reduce((left, right) => left + right, 0)
      const { sharedWh, givenWh, receivedWh } = share(producers, consumers)
      const [g01, consumption] = [sum(producers), sum(consumers)]
      expect(sum(receivedWh)).toBe(sharedWh)
      expect(sum(givenWh)).toBe(sharedWh)
      expect(sharedWh).toBe(Math.min(g01, consumption))
      for (const [index, g03] of receivedWh.entries()) {
        const g02 = consumption === 0 ? 0 : (g01 * consumers[index]!) / consumption
        expect(g03).toBeLessThanOrEqual(Math.ceil(g02))
        expect(g03).toBeLessThanOrEqual(consumers[index]!)
      }
      for (const [index, given] of givenWh.entries()) {
        const p01 = producers[index]! - given
        const exact = g01 === 0 ? 0 : producers[index]! - (sharedWh * producers[index]!) / g01
        expect(Math.abs(p01 - exact)).toBeLessThan(1 + 1e-6)
        expect(p01).toBeGreaterThanOrEqual(0)
      }
    }),
    runs(500)
  )
})
