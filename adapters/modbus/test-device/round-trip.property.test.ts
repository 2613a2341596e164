/**
 * Every profile both ways: an encoder that shares no code with the decoder shows random counts, the gateway plans,
 * reads and decodes them, and finds the same named values at the full resolution of every counter.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { listProfiles, loadProfile } from "../profiles/load-profile.ts"
import type { NamedValue } from "../profiles/named-values.ts"
import type { DeviceProfile, Register } from "../profiles/profile.ts"
import { ProfileReader } from "../poller/profile-reader.ts"
import { memoryUnit } from "../test-support/memory-unit.ts"
import { scaleTenfold, wordOrderSwapped } from "../test-support/wrong-profiles.ts"
import { stretchesFor, writeWords, type Stretch } from "./device-memory.ts"
import { countLimits, encodeCounts, encodeFloat, encodeText } from "./encode.ts"
import { sunspecMap } from "./sunspec-map.ts"

const fixedIds = listProfiles().filter((id) => loadProfile(id).addressing === "fixed")
const sunspecIds = listProfiles().filter((id) => loadProfile(id).addressing === "sunspec")
const isFloat = ({ type }: Register): boolean => type.startsWith("float")

/** What a register shows: counts of an integer, or of thousandths in a float, which 24 bits hold. */
const shown = (register: Register, random: number): bigint => {
  if (isFloat(register)) return BigInt(Math.floor(random * 8_000_000))
  const [lowest, highest] = countLimits(register)
  const isCounter = register.role?.endsWith("Energy") === true
  const from = isCounter ? 0n : lowest
  const counts = from + BigInt(Math.floor(random * 2 ** 52)) * (highest - from) / BigInt(2 ** 52)
  const mask = (1n << BigInt(register.words * 16)) - 1n
  const isRefused = register.notImplemented.includes(counts & mask) || (register.refusedFrom !== undefined && counts >= register.refusedFrom)
  return isRefused ? 5n : counts
}

const wordsOf = (register: Register, counts: bigint): readonly number[] => {
  if (register.type === "text") return encodeText(register, `T${counts}`)
  return isFloat(register) ? encodeFloat(register, Number(counts) / 1_000) : encodeCounts(register, counts)
}

/** Compares a decoded decimal with counts by integers alone: both sides times 10^20 and the denominators. */
const expectExact = (register: Register, counts: bigint, value: NamedValue | undefined, powerOfTen: number): void => {
  if (register.type === "text") return expect(value?.value).toBe(`T${counts}`.slice(0, register.words * 2))
  if (register.enumeration || register.flags) return expect(value?.status).toBe("ok")
  const [whole = "0", decimals = ""] = (value?.exact ?? "").replace("-", "").split(".")
  const magnitude = BigInt(whole + decimals.padEnd(20, "0"))
  const decoded = value?.exact?.startsWith("-") ? -magnitude : magnitude
  const meant = register.absolute && counts < 0n ? -counts : counts
  const scale = register.parts?.at(-1)?.scale ?? register.scale
  const parts = BigInt(scale.denominator) * (isFloat(register) ? 1_000n : 1n) * 10n ** BigInt(Math.max(-powerOfTen, 0))
  expect(`${register.name} ${decoded * parts}`)
    .toBe(`${register.name} ${(meant + BigInt(register.offset)) * BigInt(scale.numerator) * 10n ** BigInt(Math.max(powerOfTen, 0)) * 10n ** 20n}`)
}

const memoryFor = (registers: readonly Register[], counts: readonly bigint[], maxGap: number): readonly Stretch[] => {
  const stretches = stretchesFor(registers.map(({ functionCode, address, words }) => ({ functionCode, address, length: words })), maxGap)
  registers.forEach((register, index) => writeWords(stretches, { functionCode: register.functionCode, address: register.address, words: wordsOf(register, counts[index]!) }))
  return stretches
}

const randoms = (registers: readonly Register[]) => fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: registers.length, maxLength: registers.length })

describe.each(fixedIds)("%s", (id) => {
  const profile = loadProfile(id)
  const { registers } = profile

  it("is understood as it was meant, across gaps and where the device refuses them", async () => {
    await fc.assert(fc.asyncProperty(randoms(registers), fc.boolean(), async (values, refusesGaps) => {
      const counts = registers.map((register, index) => shown(register, values[index]!))
      const unit = memoryUnit(memoryFor(registers, counts, refusesGaps ? 0 : profile.maxGap))
      const decoded = await new ProfileReader(unit, profile).readValues()
      registers.forEach((register, index) => expectExact(register, counts[index]!, decoded[index], 0))
    }), runs(8))
  })

  it("is understood otherwise with a wrong word order or scale", async () => {
    const counts = registers.map((register, index) => isFloat(register) ? BigInt(1_234_567 + index) : countLimits(register)[1] / 3n - BigInt(index))
    const read = async (one: DeviceProfile) => JSON.stringify(await new ProfileReader(memoryUnit(memoryFor(registers, counts, profile.maxGap)), one).readValues())
    const right = await read(profile)
    expect(await read(scaleTenfold(profile))).not.toBe(right)
    if (registers.some(({ words }) => words > 1)) expect(await read(wordOrderSwapped(profile))).not.toBe(right)
  })
})

describe.each(sunspecIds.flatMap((id) => [...new Set(loadProfile(id).registers.map(({ model }) => model!))].filter((model) => model !== 1).map((model) => [id, model] as const)))("%s, model %i", (id, model) => {
  it("is found in its map and understood with its scale factors", async () => {
    const profile = loadProfile(id)
    const { registers, fixed, powerOfTen } = sunspecMap(profile, [model])
    await fc.assert(fc.asyncProperty(randoms(registers), async (values) => {
      const counts = registers.map((register, index) => shown(register, values[index]!))
      const stretches = stretchesFor([
        ...fixed.map(({ functionCode, address, words }) => ({ functionCode, address, length: words.length })),
        ...registers.map(({ functionCode, address, words }) => ({ functionCode, address, length: words }))
      ], 0)
      for (const words of fixed) writeWords(stretches, words)
      registers.forEach((register, index) => writeWords(stretches, { functionCode: 3, address: register.address, words: wordsOf(register, counts[index]!) }))
      const decoded = await new ProfileReader(memoryUnit(stretches), profile).readValues()
      expect(decoded).toHaveLength(registers.length)
      registers.forEach((register, index) => expectExact(register, counts[index]!, decoded[index], powerOfTen(register)))
    }), runs(4))
  })
})
