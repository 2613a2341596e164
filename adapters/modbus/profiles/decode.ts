/**
 * From words to numbers. Energy never passes through a float of our own making: integers go through BigInt, and a
 * device's float is taken as the decimal that it stands for.
 */
import { fractionOf, rounded, shortestFloat32, type Fraction } from "./decimal.ts"
import { isFloat, wattHoursOfUnit, wattsOfUnit, type DeviceProfile, type Register } from "./profile.ts"

/** Why a value must not be used. */
export type RefusedReason = "not implemented" | "negative" | "not a number" | "too large" | "bad scale factor"

/** The device answered, but its value must not be settled. Holds the register's name and the reason. */
export class ValueRefused extends Error {
  override readonly name = "ValueRefused"
  readonly measurement: string
  readonly reason: RefusedReason

  constructor(measurement: string, reason: RefusedReason) {
    super(`${measurement}: ${reason}`)
    this.measurement = measurement
    this.reason = reason
  }
}

const swapBytes = (word: number): number => ((word & 0xff) << 8) | (word >> 8)

/** The words in the order of their significance, highest first, each with its high byte first. */
export const orderedWords = ({ wordOrder, byteOrder }: Pick<Register, "wordOrder" | "byteOrder">, words: readonly number[]): readonly number[] => {
  const bytes = byteOrder === "big" ? words : words.map(swapBytes)
  return wordOrder === "big" ? bytes : bytes.toReversed()
}

/** The words of one register as one unsigned pattern. */
export const bitPattern = (register: Register, words: readonly number[]): bigint =>
  orderedWords(register, words).reduce((pattern, word) => (pattern << 16n) | BigInt(word), 0n)

const view = new DataView(new ArrayBuffer(8))

const floatOf = (pattern: bigint, bits: number): number => {
  if (bits === 64) {
    view.setBigUint64(0, pattern)
    return view.getFloat64(0)
  }
  view.setUint32(0, Number(pattern))
  return view.getFloat32(0)
}

const decimalDigits = (register: Register, words: readonly number[]): bigint => {
  const digits = orderedWords(register, words).map((word) => register.type === "bcd" ? word.toString(16).padStart(4, "0") : String(word).padStart(4, "0"))
  if (digits.some((text) => !/^\d{4}$/.test(text))) throw new ValueRefused(register.name, "not a number")
  return BigInt(digits.join(""))
}

/**
 * The number as the device counts it, before offset and scale: a bigint from an integer, a number from a float.
 * Throws ValueRefused for "not implemented" and for bits that are no number.
 */
export const rawValue = (register: Register, words: readonly number[]): bigint | number => {
  const pattern = bitPattern(register, words)
  if (register.notImplemented.includes(pattern)) throw new ValueRefused(register.name, "not implemented")
  if (register.refusedFrom !== undefined && pattern >= register.refusedFrom) throw new ValueRefused(register.name, "negative")
  const bits = register.words * 16
  if (isFloat(register)) {
    const value = floatOf(pattern, bits)
    if (Number.isNaN(value)) throw new ValueRefused(register.name, "not implemented")
    if (!Number.isFinite(value)) throw new ValueRefused(register.name, "not a number")
    return value
  }
  if (register.type === "bcd" || register.type === "mod10000") return decimalDigits(register, words)
  return register.type.startsWith("int") ? BigInt.asIntN(bits, pattern) : pattern
}

/** The power of ten that a SunSpec scale factor register holds: -10 to 10, 0x8000 is not implemented. */
export const scaleFactorOf = (register: Register, word: number): number => {
  if (word === 0x8000) throw new ValueRefused(register.name, "not implemented")
  const factor = (word << 16) >> 16
  if (factor < -10 || factor > 10) throw new ValueRefused(register.name, "bad scale factor")
  return factor
}

const one: Fraction = { numerator: 1n, denominator: 1n }

/** A lower part that reaches a whole count of the one above it is no part of one number: the registers mean something else. */
const fitsBelow = ({ numerator, denominator }: Fraction, above: Register | undefined): boolean =>
  above === undefined || numerator * BigInt(above.scale.denominator) < BigInt(above.scale.numerator) * denominator

const valueOfPart = (part: Register, above: Register | undefined, words: readonly number[]): Fraction => {
  const value = { numerator: BigInt(rawValue(part, words)) * BigInt(part.scale.numerator), denominator: BigInt(part.scale.denominator) }
  if (!fitsBelow(value, above)) throw new ValueRefused(part.name, "not a number")
  return value
}

/** The sum of a register's parts, out of the words of its whole span. Throws ValueRefused. */
const sumOfParts = ({ address }: Register, parts: readonly Register[], words: readonly number[]): Fraction => {
  let sum: Fraction = { numerator: 0n, denominator: 1n }
  for (const [index, part] of parts.entries()) {
    const start = part.address - address
    const { numerator, denominator } = valueOfPart(part, parts[index - 1], words.slice(start, start + part.words))
    sum = { numerator: sum.numerator * denominator + numerator * sum.denominator, denominator: sum.denominator * denominator }
  }
  return sum
}

const countsOf = (register: Register, words: readonly number[]): Fraction => {
  if (register.parts) return sumOfParts(register, register.parts, words)
  const raw = rawValue(register, words)
  if (typeof raw === "number") return fractionOf(register.type === "float32" ? shortestFloat32(raw) : String(raw))
  return { numerator: register.absolute && raw < 0n ? -raw : raw, denominator: 1n }
}

/** The exact value in the register's unit; `ratio` is what `multiplyBy` gives. Throws ValueRefused. */
export const exactValue = (register: Register, words: readonly number[], powerOfTen = 0, ratio = one): Fraction => {
  const { numerator, denominator } = countsOf(register, words)
  return {
    numerator: (numerator + BigInt(register.offset) * denominator) * BigInt(register.scale.numerator) * 10n ** BigInt(Math.max(powerOfTen, 0)) * ratio.numerator,
    denominator: denominator * BigInt(register.scale.denominator) * 10n ** BigInt(Math.max(-powerOfTen, 0)) * ratio.denominator
  }
}

const inBaseUnits = ({ numerator, denominator }: Fraction, baseUnits: number): Fraction =>
  ({ numerator: numerator * BigInt(baseUnits), denominator })

/**
 * A counter in whole Wh. Finer integer counters are cut to the Wh, a float is set to the nearest Wh of the decimal
 * that it stands for. Throws ValueRefused for patterns that are no counter: not implemented, negative, beyond
 * exact integers.
 */
export const wattHours = (register: Register, words: readonly number[], powerOfTen = 0, ratio = one): number => {
  const exact = inBaseUnits(exactValue(register, words, powerOfTen, ratio), wattHoursOfUnit[register.unit] ?? 1)
  if (exact.numerator < 0n) throw new ValueRefused(register.name, "negative")
  const energy = Number(isFloat(register) ? rounded(exact) : exact.numerator / exact.denominator)
  if (!Number.isSafeInteger(energy)) throw new ValueRefused(register.name, "too large")
  return energy
}

/** The distance of a float from the next larger one. */
const floatStep = (register: Register, words: readonly number[]): number => {
  const pattern = bitPattern(register, words)
  const bits = register.words * 16
  return floatOf(pattern + 1n, bits) - floatOf(pattern, bits)
}

/**
 * The step in Wh, at least 1, by which this counter moves where it stands now: one count of its own scale, with the
 * scale factor and ratio that the device sends; of a float its resolution, if that is coarser than what the profile says.
 */
export const stepWattHours = (profile: DeviceProfile, register: Register, words: readonly number[], powerOfTen?: number, ratio = one): number => {
  const unit = ((wattHoursOfUnit[register.unit] ?? 1) * Number(ratio.numerator)) / Number(ratio.denominator)
  const { numerator, denominator } = register.parts?.at(-1)?.scale ?? register.scale
  const count = (unit * Math.abs(numerator)) / denominator
  if (isFloat(register)) return Math.max(profile.registerStepWh, Math.ceil(floatStep(register, words) * count * 10 ** (powerOfTen ?? 0)))
  return Math.max(1, Math.ceil(count * 10 ** (powerOfTen ?? 0)))
}

const exactWatts = (register: Register, words: readonly number[], powerOfTen: number, ratio: Fraction): number => {
  const power = Number(rounded(inBaseUnits(exactValue(register, words, powerOfTen, ratio), wattsOfUnit[register.unit] ?? 1)))
  if (!Number.isSafeInteger(power)) throw new ValueRefused(register.name, "too large")
  return power
}

/**
 * Momentary power in W, rounded to an integer, with the sign that the register has after its scale.
 * Throws ValueRefused; "not implemented" reads 0 where the profile says so (inverters at night).
 */
export const watts = (register: Register, words: readonly number[], powerOfTen = 0, ratio = one): number => {
  try {
    return exactWatts(register, words, powerOfTen, ratio)
  } catch (error) {
    const isNight = error instanceof ValueRefused && error.reason === "not implemented"
    if (isNight && register.notImplementedReads === 0) return 0
    throw error
  }
}
