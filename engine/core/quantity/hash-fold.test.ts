import fc from "fast-check"
import { expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { EMPTY_FOLD, foldBytes, foldToHex } from "./hash-fold.ts"

const fold = (...parts: ReadonlyArray<Uint8Array>): string => foldToHex(parts.reduce(foldBytes, EMPTY_FOLD))

it("starts from the fraction of pi and stays what it was: journals carry it", () => {
  expect(foldToHex(EMPTY_FOLD)).toBe("243f6a8885a308d313198a2e03707344")
  expect(fold(new TextEncoder().encode("commonwatt"))).toBe(fold(new TextEncoder().encode("commonwatt")))
})

it("tells zeros at the end apart from no bytes at all", () => {
  const folds = [0, 1, 2, 3, 4, 5, 8].map((length) => fold(new Uint8Array(length)))
  expect(new Set(folds).size).toBe(folds.length)
})

it("changes with any flipped bit, any swap, any other cut into records", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (left, right, bit) => {
      const flipped = left.map((byte, index) => (index === (bit >> 3) % left.length ? byte ^ (1 << (bit & 7)) : byte))
      expect(fold(flipped, right)).not.toBe(fold(left, right))
      expect(fold(Uint8Array.of(...left, ...right))).not.toBe(fold(left, right))
      if (left.toString() !== right.toString()) expect(fold(left, right)).not.toBe(fold(right, left))
    }),
    runs(2_000)
  )
})

it("finds no collision among 200,000 small different words", () => {
  const seen = new Set<string>()
  for (let word = 0; word < 200_000; word++) seen.add(fold(Uint8Array.of(word & 255, (word >> 8) & 255, word >> 16)))
  expect(seen.size).toBe(200_000)
})
