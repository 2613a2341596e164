import fc from "fast-check"
import { expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import type { VersionRange } from "./metering-point.ts"
import { dropBefore, forgottenAt, rememberForgotten } from "./version-ranges.ts"

it("a year of a dead meter's substitutes is one range", () => {
  const ranges: Array<VersionRange> = []
  for (let place = 0; place < 365 * 96; place++) rememberForgotten(ranges, place * 900, 1, "estimate")
  expect(ranges).toEqual([{ from: 0, to: (365 * 96 - 1) * 900, version: 1, origin: "estimate" }])
})

it("says for every period what a plain map says, in whatever order periods come and change", () => {
  const change = fc.record({ place: fc.nat(40), version: fc.integer({ min: 1, max: 3 }), origin: fc.constantFrom("estimate" as const, "device" as const, "official" as const) })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), fc.nat(45), (changes, horizon) => {
      const ranges: Array<VersionRange> = []
      const plain = new Map<number, string>()
      for (const { place, version, origin } of changes) {
        rememberForgotten(ranges, place * 900, version, origin)
        plain.set(place, `${version} ${origin}`)
      }
      dropBefore(ranges, horizon * 900)
      for (let place = 0; place <= 41; place++) {
        const found = forgottenAt(ranges, place * 900)
        expect(found && `${found.version} ${found.origin}`).toBe(place < horizon ? undefined : plain.get(place))
      }
      for (const [index, { from, to }] of ranges.entries()) {
        expect(from).toBeLessThanOrEqual(to)
        if (index > 0) expect(from).toBeGreaterThan(ranges[index - 1]!.to)
      }
    }),
    runs(400)
  )
})
