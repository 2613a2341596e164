/** What a device shows, as values with names and units: the view of `meter read`, not what is settled. */
import { decimalText, shortestFloat32 } from "./decimal.ts"
import { exactValue, orderedWords, rawValue, ValueRefused, wattHours, type RefusedReason } from "./decode.ts"
import { isFloat, wattHoursOfUnit, type Register, type Role } from "./profile.ts"
import { findWords, ratioOf, registerWords, spanOf, type RawBlock } from "./raw-block.ts"

/** One register's value, or the reason why there is none. */
export interface NamedValue {
  readonly name: string
  /** A number in `unit`, or a text; null where `status` is not "ok". */
  readonly value: number | string | null
  readonly unit: string
  /** "not read": no block held the register, for example because the device refused it. */
  readonly status: "ok" | "not read" | RefusedReason
  /** The exact decimal text of a number, for counters beyond what a double holds. */
  readonly exact?: string
  /** Energy in whole Wh, cut, at the full resolution of the counter; only for energy that is not negative. */
  readonly wattHours?: number
  readonly role?: Role
  readonly model?: number
}

const textOf = (register: Register, words: readonly number[]): string => {
  const bytes = orderedWords(register, words).flatMap((word) => [word >> 8, word & 0xff])
  const end = bytes.indexOf(0)
  if (bytes.every((byte) => byte === 0xff)) throw new ValueRefused(register.name, "not implemented")
  const text = new TextDecoder("utf-8").decode(Uint8Array.from(end < 0 ? bytes : bytes.slice(0, end)))
  if (text.trim() === "") throw new ValueRefused(register.name, "not implemented")
  // A device may send terminal control codes; nobody's screen shall obey them.
  return text.replace(/\p{Cc}/gu, "\uFFFD").trim()
}

const stateOf = (register: Register, words: readonly number[]): string => {
  const raw = rawValue(register, words)
  if (register.enumeration) return register.enumeration.get(Number(raw)) ?? String(raw)
  const bits = BigInt.asUintN(64, BigInt(raw))
  const names: string[] = []
  for (let bit = 0; bit < register.words * 16; bit++) {
    if ((bits >> BigInt(bit)) & 1n) names.push(register.flags?.get(bit) ?? `bit ${bit}`)
  }
  return names.join(", ")
}

interface Decoded {
  readonly value: number | string
  readonly exact?: string
  readonly wattHours?: number
}

/** A float too small or too large for 20 decimals keeps its exponent; such numbers are garbage, but must look like it. */
const isPlain = (value: number): boolean => value === 0 || (Math.abs(value) >= 1e-9 && Math.abs(value) < 1e21)

/** A register's words, and everything that its value is multiplied with. */
type Parts = Parameters<typeof exactValue>

/** Whole Wh, where the register counts energy and an integer holds it. */
const energyOf = (...parts: Parts): Pick<Decoded, "wattHours"> => {
  if (!(parts[0].unit in wattHoursOfUnit)) return {}
  try {
    return { wattHours: wattHours(...parts) }
  } catch {
    return {} // negative or too large: shown as a value, but no counter
  }
}

const numberOf = (...parts: Parts): Decoded => {
  const [register, words] = parts
  const raw = isFloat(register) ? Number(rawValue(register, words)) : 0
  if (!isPlain(raw)) {
    const shortest = register.type === "float32" ? Number(shortestFloat32(raw)) : raw
    return { value: ((shortest + register.offset) * register.scale.numerator) / register.scale.denominator }
  }
  const exact = decimalText(exactValue(...parts))
  return { value: Number(exact), exact, ...energyOf(...parts) }
}

const valueOf = (register: Register, spanWords: readonly number[], registers: readonly Register[], blocks: readonly RawBlock[]): Decoded => {
  const { words, powerOfTen } = registerWords(register, spanWords)
  if (register.type === "text") return { value: textOf(register, words) }
  if (register.enumeration || register.flags) return { value: stateOf(register, words) }
  return numberOf(register, words, powerOfTen, ratioOf(register, registers, blocks))
}

const decodeOne = (register: Register, registers: readonly Register[], blocks: readonly RawBlock[]): NamedValue => {
  const { name, unit, role, model } = register
  const named = { name, unit, ...(role && { role }), ...(model !== undefined && { model }) }
  const words = findWords(blocks, spanOf(register))
  if (!words) return { ...named, value: null, status: "not read" }
  try {
    return { ...named, ...valueOf(register, words, registers, blocks), status: "ok" }
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error
    return { ...named, value: null, status: error.reason }
  }
}

/**
 * The values of all these registers, in their order, out of a device's answers. Registers are a fixed profile's
 * own, or placed ones of a SunSpec device (`placeRegisters`). A bad value is an entry with its status; nothing is
 * thrown for what a device sent.
 */
export const decodeAll = (registers: readonly Register[], blocks: readonly RawBlock[]): readonly NamedValue[] =>
  registers.map((register) => decodeOne(register, registers, blocks))
