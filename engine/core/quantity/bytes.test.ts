import fc from "fast-check"
import { expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { compareBytes, compareText, equalBytes, fromHex, toHex } from "./bytes.ts"
import { isCommunityName, isName } from "./name.ts"

it("hexadecimal there and back", () => {
  expect(toHex(Uint8Array.of(0, 15, 255))).toBe("000fff")
  fc.assert(fc.property(fc.uint8Array(), (bytes) => equalBytes(fromHex(toHex(bytes)), bytes)), runs(200))
})

it.each(["0", "0g", " 00", "0x00"])("%j is not hexadecimal", (value) => {
  expect(() => fromHex(value)).toThrow(RangeError)
})

it("bytes order by value, then by length; equality looks at every byte", () => {
  const [low, high, longer] = [Uint8Array.of(1, 2), Uint8Array.of(1, 200), Uint8Array.of(1, 2, 0)]
  expect(compareBytes(low, high)).toBeLessThan(0)
  expect(compareBytes(longer, low)).toBeGreaterThan(0)
  expect(compareBytes(low, Uint8Array.of(1, 2))).toBe(0)
  expect([equalBytes(low, high), equalBytes(low, longer), equalBytes(low, Uint8Array.of(1, 2))]).toEqual([false, false, true])
})

it("texts order by code units, not by a language", () => {
  expect(["ä", "b", "Z", "a"].toSorted(compareText)).toEqual(["Z", "a", "b", "ä"])
})

it("names have 1-64 characters and no control character; communities neither space nor slash, in 64 bytes as on chain", () => {
  expect(["AT0010000000000000001000000000001", "Haus Süd", "x".repeat(64)].every(isName)).toBe(true)
  expect(["", "a\nb", "a\0", "a\u{85}b", "x".repeat(65)].some(isName)).toBe(false)
  expect(["sun", "sun-2:b_c.d", "Bürgerenergie-Straß-✓"].every(isCommunityName)).toBe(true)
  expect(["", "a b", "a/b", "a\u{2028}b", "a\n", "x".repeat(65), "ü".repeat(33)].some(isCommunityName)).toBe(false)
})
