/** Decoding undoes an encoder that is written here a second time, by arithmetic instead of bit views. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { stepWattHours, wattHours, watts } from "./decode.ts"
import { loadProfile } from "./load-profile.ts"
import type { Register, WordOrder } from "./profile.ts"

/** Digits to the base 65,536 of a number, taken modulo 2^(16 x words), which is two's complement. */
const digits = (value: bigint, words: number, wordOrder: WordOrder): readonly number[] => {
  const modulus = 65_536n ** BigInt(words)
  let rest = ((value % modulus) + modulus) % modulus
  const low: number[] = []
  for (let index = 0; index < words; index++) {
    low.push(Number(rest % 65_536n))
    rest /= 65_536n
  }
  return wordOrder === "little" ? low : low.reverse()
}

/** float32 of a positive normal number by its definition: exponent by search, fraction rounded half to even. */
const floatBits = (value: number): bigint => {
  if (value === 0) return 0n
  let exponent = 0
  while (value / 2 ** exponent >= 2) exponent++
  while (value / 2 ** exponent < 1) exponent--
  const exact = (value / 2 ** exponent - 1) * 2 ** 23
  const floor = Math.floor(exact)
  const isUp = exact - floor > 0.5 || (exact - floor === 0.5 && floor % 2 === 1)
  return BigInt(exponent + 127) * 2n ** 23n + BigInt(floor + (isUp ? 1 : 0))
}

const register = (change: Partial<Register>): Register => ({
  name: "Import", role: "importEnergy", functionCode: 3, address: 0, words: 4, type: "int64", wordOrder: "big", byteOrder: "big",
  scale: { numerator: 1, denominator: 1000 }, offset: 0, unit: "kWh", notImplemented: [], ...change
})
const wordOrder = fc.constantFrom<WordOrder>("big", "little")

describe("decoded energy", () => {
  it("is every Wh of a 64-bit counter up to the last exact integer", () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 53n - 1n), wordOrder, (energy, order) => {
      expect(wattHours(register({ wordOrder: order }), digits(energy, 4, order))).toBe(Number(energy))
    }))
  })

  it("is count x step for 32-bit counters in decimal fractions of a kWh", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), wordOrder, fc.constantFrom(1, 10, 100, 1000), (count, order, denominator) => {
      const one = register({ words: 2, type: "int32", wordOrder: order, scale: { numerator: 1, denominator } })
      expect(wattHours(one, digits(BigInt(count), 2, order))).toBe((count * 1000) / denominator)
    }))
  })

  it("is the decimal that a float32 in kWh stands for, up to where the float is coarser", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 13_107_199 }), wordOrder, (hundredths, order) => {
      const one = register({ words: 2, type: "float32", wordOrder: order, scale: { numerator: 1, denominator: 1 } })
      expect(wattHours(one, digits(floatBits(hundredths / 100), 2, order))).toBe(hundredths * 10)
    }))
  })

  it("is every Wh of a float32 in kWh while 24 bits hold it, whatever its display shows", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 9_999_999 }), wordOrder, (energy, order) => {
      const one = register({ words: 2, type: "float32", wordOrder: order, scale: { numerator: 1, denominator: 1 } })
      const words = digits(floatBits(energy / 1000), 2, order)
      expect(Math.abs(wattHours(one, words) - energy)).toBeLessThanOrEqual(energy < 8_388_608 ? 0 : 1)
      expect(stepWattHours(loadProfile("eastron-sdm120"), one, words)).toBe(1)
    }))
  })

  it("states the step of a float that has grown coarse", () => {
    const one = register({ words: 2, type: "float32", scale: { numerator: 1, denominator: 1000 } })
    // 20,000,000 Wh lies between 2^24 and 2^25, where a float32 moves in steps of 2.
    expect(stepWattHours(loadProfile("janitza-umg604"), one, digits(floatBits(20_000_000), 2, "big"))).toBe(2)
    expect(stepWattHours(loadProfile("janitza-umg604"), one, digits(floatBits(140_000_000), 2, "big"))).toBe(16)
  })

  it("follows a scale factor exactly, and cuts what is finer than a Wh", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 32 - 2 }), fc.integer({ min: -3, max: 3 }), (count, factor) => {
      const one = register({ words: 2, type: "uint32", unit: "Wh", scale: { numerator: 1, denominator: 1 } })
      const expected = factor >= 0 ? count * 10 ** factor : (count - (count % 10 ** -factor)) / 10 ** -factor
      expect(wattHours(one, digits(BigInt(count), 2, "big"), factor)).toBe(expected)
    }))
  })

  it("is never negative, whatever the bits", () => {
    const word = fc.integer({ min: 0, max: 65_535 })
    fc.assert(fc.property(fc.array(word, { minLength: 4, maxLength: 4 }), fc.constantFrom("int64", "uint64", "float64"), (words, type) => {
      try {
        const energy = wattHours(register({ type }), words)
        expect(Number.isSafeInteger(energy) && energy >= 0).toBe(true)
      } catch (error) {
        expect(error).toMatchObject({ name: "ValueRefused" })
      }
    }))
  })
})

describe("decoded power", () => {
  it("keeps its sign in 16 and 32 bits", () => {
    fc.assert(fc.property(fc.integer({ min: -32_767, max: 32_767 }), fc.constantFrom(1 as const, 2 as const), (power, words) => {
      const one = register({ name: "Power", role: "power", words, type: words === 1 ? "int16" : "int32", unit: "W", scale: { numerator: 1, denominator: 1 } })
      expect(watts(one, digits(BigInt(power), words, "big"))).toBe(power)
    }))
  })

  it("reads 0 for not implemented only where the profile says so", () => {
    const night = register({ name: "Power", role: "power", words: 2, type: "int32", unit: "W", notImplemented: [0x8000_0000n] })
    expect(() => watts(night, [0x8000, 0])).toThrow(/not implemented/)
    expect(watts({ ...night, notImplementedReads: 0 }, [0x8000, 0])).toBe(0)
  })
})
