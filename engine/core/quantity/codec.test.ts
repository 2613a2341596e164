import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { wireBytes, wireInteger, wireText, wireUnsigned } from "../../../property-tests/arbitraries/quantity.ts"
import { damage, decodesToItself } from "../../../property-tests/arbitraries/damage.ts"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { fromHex, toHex } from "./bytes.ts"
import { NotCanonical } from "./canonical-reader.ts"
import { bigInteger, bytes, choice, decode, encode, flag, integer, kind, list, map, optional, struct, text, union, unsigned, type Codec } from "./codec.ts"
import { Invariant } from "./invariant.ts"

const hexOf = <A>(codec: Codec<A>, value: A): string => toHex(encode(codec, value))
const refuses = <A>(codec: Codec<A>, hex: string): void => {
  expect(() => decode(codec, fromHex(hex)), hex).toThrow(NotCanonical)
}
const color = choice(["red", "green"])
const shape = union([kind(7, "Dot", { x: integer }), kind(300, "Line", { ends: list(unsigned) })])

describe("canonical bytes, written out by hand", () => {
  it.each<[number, string]>([[0, "00"], [1, "01"], [127, "7f"], [128, "8001"], [300, "ac02"], [16_384, "808001"], [Number.MAX_SAFE_INTEGER, "ffffffffffffff0f"]])(
    "unsigned %d is %s: seven bits a byte, least first",
    (value, hex) => {
      expect(hexOf(unsigned, value)).toBe(hex)
      expect(decode(unsigned, fromHex(hex))).toBe(value)
    }
  )

  it.each<[number, string]>([[0, "0000"], [5, "0005"], [-5, "0105"], [-300, "01ac02"]])("integer %d is %s: sign, magnitude", (value, hex) => {
    expect(hexOf(integer, value)).toBe(hex)
    expect(decode(integer, fromHex(hex))).toBe(value)
  })

  it.each<[bigint, string]>([[0n, "0000"], [255n, "0001ff"], [-256n, "01020100"], [2n ** 64n, "0009010000000000000000"]])("bigInteger %s is %s: sign, length, big-endian", (value, hex) => {
    expect(hexOf(bigInteger, value)).toBe(hex)
    expect(decode(bigInteger, fromHex(hex))).toBe(value)
  })

  it("text, bytes, flag, choice, optional, list", () => {
    expect(hexOf(text, "Wh€")).toBe("055768e282ac")
    expect(hexOf(bytes, Uint8Array.of(1, 255))).toBe("0201ff")
    expect(hexOf(flag, true)).toBe("01")
    expect(hexOf(color, "green")).toBe("01")
    expect(hexOf(optional(unsigned), undefined)).toBe("00")
    expect(hexOf(optional(unsigned), 0)).toBe("0100")
    expect(hexOf(list(unsigned), [1, 128])).toBe("02018001")
  })

  it("a map is written by the bytes of its keys, whatever the order of insertion", () => {
    const one = new Map([["b", 2], ["a", 1], ["aa", 3]])
    const other = new Map([["aa", 3], ["a", 1], ["b", 2]])
    expect(hexOf(map(text, unsigned), one)).toBe("0301610101620202616103")
    expect(hexOf(map(text, unsigned), other)).toBe(hexOf(map(text, unsigned), one))
  })

  it("a record has its fields in order, a union its number first", () => {
    expect(hexOf(struct({ a: unsigned, b: text }), { a: 1, b: "x" })).toBe("010178")
    expect(hexOf(shape, { kind: "Dot", x: -1 })).toBe("070101")
    expect(hexOf(shape, { kind: "Line", ends: [9] })).toBe("ac020109")
  })
})

describe("a second form of a value is refused", () => {
  it("padded, too long or too large integers", () => {
    for (const hex of ["8000", "808000", "ffffffffffffff10", "808080808080808001", "80", ""]) refuses(unsigned, hex)
  })
  it("a negative zero, a third sign, a big integer with a leading zero", () => {
    for (const hex of ["0100", "0205", "01"]) refuses(integer, hex)
    for (const hex of ["0100", "000100", "020105", "0002ff"]) refuses(bigInteger, hex)
  })
  it("map keys out of order or twice", () => {
    refuses(map(text, unsigned), "0201620201 6101".replaceAll(" ", ""))
    refuses(map(text, unsigned), "02016101016102")
  })
  it("text that is not UTF-8, has a zero byte, or would lose its byte order mark", () => {
    for (const hex of ["01ff", "02c080", "03eda080", "0100"]) refuses(text, hex)
    expect(decode(text, fromHex("04efbbbf61"))).toBe("\u{feff}a")
  })
  it("unknown choices and kinds, flags above 1, bytes left over, lists longer than their bytes", () => {
    refuses(color, "02")
    refuses(shape, "08")
    refuses(flag, "02")
    refuses(optional(unsigned), "0205")
    refuses(unsigned, "0100")
    refuses(list(unsigned), "ffffffff0f01")
    refuses(map(unsigned, unsigned), "ffffffff0f01")
    refuses(bytes, "ffffffffffffff0f")
  })
})

it("what is no value is not written", () => {
  for (const value of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => encode(unsigned, value)).toThrow(Invariant)
  expect(() => encode(integer, -(2 ** 53))).toThrow(Invariant)
  expect(() => encode(color, "blue" as "red")).toThrow(Invariant)
  expect(() => union([kind(1, "A", {}), kind(1, "B", {})])).toThrow(Invariant)
})

it("a big integer of a megabyte is read in time", () => {
  const value = 2n ** 8_000_000n
  expect(decode(bigInteger, encode(bigInteger, value)) === value).toBe(true)
}, 5_000)

const sample = struct({
  count: unsigned,
  signed: integer,
  money: bigInteger,
  name: text,
  raw: bytes,
  yes: flag,
  color,
  maybe: optional(text),
  many: list(integer),
  byName: map(text, unsigned),
  shape
})
const anySample = fc.record({
  count: wireUnsigned,
  signed: wireInteger,
  money: fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n }),
  name: wireText,
  raw: wireBytes,
  yes: fc.boolean(),
  color: fc.constantFrom("red" as const, "green" as const),
  maybe: fc.option(wireText, { nil: undefined }),
  many: fc.array(wireInteger, { maxLength: 5 }),
  byName: fc.array(fc.tuple(wireText, wireUnsigned), { maxLength: 5 }).map((entries) => new Map(entries)),
  shape: fc.oneof(fc.record({ kind: fc.constant("Dot" as const), x: wireInteger }), fc.record({ kind: fc.constant("Line" as const), ends: fc.array(wireUnsigned, { maxLength: 4 }) }))
})

it("every value comes back; damaged bytes are refused, or are the one form of another value", () => {
  fc.assert(
    fc.property(anySample, fc.nat(3), fc.nat(), fc.nat(255), (value, way, place, byte) => {
      const whole = encode(sample, value)
      expect(decode(sample, whole)).toEqual(value)
      decodesToItself((read) => decode(sample, read), (one) => encode(sample, one), damage(whole, way, place, byte))
    }),
    runs(3_000)
  )
})
