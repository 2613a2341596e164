/** Whatever words a device holds, each profile gives a value that is one, or says why there is none. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { listProfiles, loadProfile } from "./load-profile.ts"
import { decodeAll, type NamedValue } from "./named-values.ts"
import { isEnergy, isFloat, type Register } from "./profile.ts"
import { spanOf, type RawBlock } from "./raw-block.ts"

/** Words that mean "nothing" somewhere: all ones, signs alone, NaN, infinity, and any. */
const word = fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 65_535 }) }, fc.constantFrom(0, 1, 0xffff, 0x8000, 0x7fff, 0x7fc0, 0xffc0, 0x7f80, 0xff80, 0x7ff8))

const expectSound = (register: Register, value: NamedValue): void => {
  if (value.status !== "ok") return expect(value.value).toBeNull()
  expect(value.value).not.toBeNull()
  if (typeof value.value === "number") expect(Number.isFinite(value.value), `${register.name} ${value.value}`).toBe(true)
  if (value.wattHours !== undefined) expect(Number.isSafeInteger(value.wattHours) && value.wattHours >= 0, `${register.name} ${value.wattHours}`).toBe(true)
}

/** The pattern of a register's own words, most significant word first, by plain arithmetic. */
const patternOf = (register: Register, words: readonly number[]): bigint => {
  const bytes = words.map((one) => register.byteOrder === "big" ? one : (one % 256) * 256 + Math.floor(one / 256))
  return (register.wordOrder === "big" ? bytes : bytes.toReversed()).reduce((pattern, one) => pattern * 65_536n + BigInt(one), 0n)
}

const isNotANumber = (register: Register, pattern: bigint): boolean => {
  const [exponent, fraction] = register.words === 2 ? [8n, 23n] : [11n, 52n]
  return isFloat(register) && (pattern >> fraction) % (1n << exponent) === (1n << exponent) - 1n
}

describe.each(listProfiles())("%s", (id) => {
  const { registers } = loadProfile(id)

  it("never takes a pattern for a value that it is not, nor fails", () => {
    fc.assert(fc.property(fc.array(word, { minLength: 160, maxLength: 160 }), fc.nat({ max: 30 }), (words, shift) => {
      // Each register has words of its own: what is behind its span does not matter.
      const blocks = registers.map((register, index): RawBlock => {
        const span = spanOf(register)
        return { functionCode: span.functionCode, address: span.address, words: Array.from({ length: span.words }, (_, at) => words[(index * 7 + at + shift) % words.length]!) }
      })
      registers.forEach((register, index) => {
        const [value] = decodeAll([register], [blocks[index]!])
        expectSound(register, value!)
        if (register.type === "text" || register.parts) return
        const span = spanOf(register)
        const own = blocks[index]!.words.slice(register.address - span.address, register.address - span.address + register.words)
        const pattern = patternOf(register, own)
        if (register.notImplemented.includes(pattern) || isNotANumber(register, pattern)) expect(`${register.name} ${value!.value}`).toBe(`${register.name} null`)
      })
    }), runs(8))
  })

  it("takes no dead bus for energy", () => {
    for (const register of registers.filter(isEnergy)) {
      const span = spanOf(register)
      const [value] = decodeAll([register], [{ functionCode: span.functionCode, address: span.address, words: Array.from({ length: span.words }, () => 0xffff) }])
      expect(`${register.name} ${value?.wattHours}`).toBe(`${register.name} undefined`)
    }
  })
})
