/**
 * From words to numbers. Energy never passes through a float of our own making: integers go through BigInt,
 * and a device's float is scaled where a double is still exact and then set to the step that it displays.
 */
import { wattHoursOfUnit, wattsOfUnit, type DeviceProfile, type Rational, type Register } from "./profile.ts"

/** The device answered, but its value must not be settled. Holds the measurement and the reason. */
export class ValueRefused extends Error {
  override readonly name = "ValueRefused"
  readonly measurement: string
  readonly reason: "not implemented" | "negative" | "not a number" | "too large" | "bad scale factor"

  constructor(measurement: string, reason: ValueRefused["reason"]) {
    super(`${measurement}: ${reason}`)
    this.measurement = measurement
    this.reason = reason
  }
}

/** The words of one register as one unsigned pattern, most significant word first. */
export const bitPattern = (words: readonly number[], wordOrder: Register["wordOrder"]): bigint => {
  const ordered = wordOrder === "big" ? words : words.toReversed()
  return ordered.reduce((pattern, word) => (pattern << 16n) | BigInt(word), 0n)
}

const floatOf = (pattern: bigint, bits: number): number => {
  const view = new DataView(new ArrayBuffer(8))
  if (bits === 64) {
    view.setBigUint64(0, pattern)
    return view.getFloat64(0)
  }
  view.setUint32(0, Number(pattern))
  return view.getFloat32(0)
}

/** The number as the device counts it, before any scale: a bigint from an integer, a number from a float. */
export const rawValue = (register: Register, words: readonly number[]): bigint | number => {
  const pattern = bitPattern(words, register.wordOrder)
  if (register.notImplemented.includes(pattern)) throw new ValueRefused(register.measurement, "not implemented")
  const bits = register.words * 16
  if (register.type.startsWith("float")) {
    const value = floatOf(pattern, bits)
    if (Number.isNaN(value)) throw new ValueRefused(register.measurement, "not implemented")
    if (!Number.isFinite(value)) throw new ValueRefused(register.measurement, "not a number")
    return value
  }
  return register.type.startsWith("int") ? BigInt.asIntN(bits, pattern) : pattern
}

/** The power of ten that a SunSpec scale factor register holds: -10 to 10, 0x8000 is not implemented. */
export const scaleFactorOf = (register: Register, word: number): number => {
  const factor = (word << 16) >> 16
  if (factor < -10 || factor > 10) throw new ValueRefused(register.measurement, "bad scale factor")
  return factor
}

/** The exact factor from one count to one base unit (Wh or W). */
const factorOf = (scale: Rational, baseUnits: number, powerOfTen: number): [numerator: bigint, denominator: bigint] => [
  BigInt(scale.numerator) * BigInt(baseUnits) * 10n ** BigInt(Math.max(powerOfTen, 0)),
  BigInt(scale.denominator) * 10n ** BigInt(Math.max(-powerOfTen, 0))
]

/**
 * A counter in whole Wh. Finer counters are cut to the Wh; a float is set to the nearest multiple of the
 * profile's step, which is what the display of the device shows.
 * Throws ValueRefused for patterns that are no counter: not implemented, negative, beyond exact integers.
 */
export const wattHours = (
  profile: DeviceProfile, register: Register, words: readonly number[], powerOfTen = 0
): number => {
  const raw = rawValue(register, words)
  const [numerator, denominator] = factorOf(register.scale, wattHoursOfUnit[register.unit] ?? 1, powerOfTen)
  if (raw < 0) throw new ValueRefused(register.measurement, "negative")
  const energy = typeof raw === "bigint"
    ? Number((raw * numerator) / denominator)
    : Math.round((raw * Number(numerator)) / Number(denominator) / profile.registerStepWh) * profile.registerStepWh
  if (!Number.isSafeInteger(energy)) throw new ValueRefused(register.measurement, "too large")
  return energy
}

/** The step in Wh by which this counter moves, with the scale factor that the device sent. */
export const stepWattHours = (profile: DeviceProfile, register: Register, powerOfTen?: number): number => {
  if (powerOfTen === undefined) return profile.registerStepWh
  const [numerator, denominator] = factorOf(register.scale, wattHoursOfUnit[register.unit] ?? 1, powerOfTen)
  return Math.max(1, Number(numerator) / Number(denominator))
}

const exactWatts = (register: Register, words: readonly number[], powerOfTen: number): number => {
  const [numerator, denominator] = factorOf(register.scale, wattsOfUnit[register.unit] ?? 1, powerOfTen)
  const power = Math.round((Number(rawValue(register, words)) * Number(numerator)) / Number(denominator))
  if (!Number.isSafeInteger(power)) throw new ValueRefused(register.measurement, "too large")
  return power === 0 ? 0 : power // never -0, which is not equal to 0 everywhere
}

/**
 * Momentary power in W, rounded to an integer, in the device's own sense of positive.
 * Throws ValueRefused; "not implemented" reads 0 where the profile says so (inverters at night).
 */
export const watts = (register: Register, words: readonly number[], powerOfTen = 0): number => {
  try {
    return exactWatts(register, words, powerOfTen)
  } catch (error) {
    const isNight = error instanceof ValueRefused && error.reason === "not implemented"
    if (isNight && register.notImplementedReads === 0) return 0
    throw error
  }
}
