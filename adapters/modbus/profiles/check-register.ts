import { Fields, type Problem } from "./check-fields.ts"
import { fractionOf } from "./decimal.ts"
import {
  highestWords, isEnergy, isPower, registerTypes, roles, wattHoursOfUnit, wattsOfUnit, wordsOfType, type Rational, type Register,
  type RegisterType, type WordOrder
} from "./profile.ts"

const known = [
  "name", "role", "functionCode", "address", "model", "words", "type", "wordOrder", "byteOrder", "scale", "offset",
  "scaleFactorAddress", "multiplyBy", "unit", "notImplemented", "notImplementedReads", "enumeration", "flags"
]

/** What a profile says once for all its registers. */
export interface RegisterDefaults {
  readonly functionCode: 3 | 4
  readonly wordOrder: WordOrder
}

const highestPart = 1_000_000_000

/** A decimal such as 0.01, taken by its digits, or a fraction of integers for factors that have no decimal. */
const checkScale = (fields: Fields): Rational => {
  if (!fields.has("scale")) return { numerator: 1, denominator: 1 }
  const value = fields.raw("scale")
  if (typeof value === "number") {
    const { numerator, denominator } = fractionOf(String(value))
    if (numerator !== 0n && numerator <= highestPart && numerator >= -highestPart && denominator <= highestPart) {
      return { numerator: Number(numerator), denominator: Number(denominator) }
    }
    fields.report("scale", `must not be 0, nor need more than 9 digits`)
    return { numerator: 1, denominator: 1 }
  }
  const scale = new Fields(value, fields.path("scale"), fields.problems)
  scale.refuseOthers(["numerator", "denominator"])
  const numerator = scale.integer("numerator", -highestPart, highestPart)
  if (numerator === 0) scale.report("numerator", "must not be 0")
  return { numerator: numerator || 1, denominator: scale.integer("denominator", 1, highestPart) }
}

const allOnes = (words: number): bigint => (1n << BigInt(words * 16)) - 1n

/** A dead RTU gateway answers all ones; only a wide unsigned number would take that for a value. */
const patternsByType = (type: RegisterType, words: number): readonly bigint[] =>
  type.startsWith("uint") && words > 1 ? [allOnes(words)] : []

const checkPatterns = (fields: Fields, type: RegisterType, words: number): readonly bigint[] => {
  if (!fields.has("notImplemented")) return patternsByType(type, words)
  const patterns = fields.raw("notImplemented")
  if (!Array.isArray(patterns)) {
    fields.report("notImplemented", "must be a list of patterns, which may be empty")
    return []
  }
  const hexadecimal = new RegExp(`^0x[0-9a-f]{${words * 4}}$`)
  return patterns.flatMap((pattern: unknown, index) => {
    if (typeof pattern === "string" && hexadecimal.test(pattern)) return [BigInt(pattern)]
    const path = `${fields.path("notImplemented")}[${index}]`
    fields.problems.push({ path, message: `pattern must be 0x and ${words * 4} small hexadecimal digits` })
    return []
  })
}

const checkNames = (fields: Fields, field: "enumeration" | "flags", highest: number): ReadonlyMap<number, string> => {
  const names = new Fields(fields.raw(field), fields.path(field), fields.problems)
  return new Map(names.names().map((key) => {
    const isNumber = /^\d+$/.test(key) && Number(key) <= highest
    if (!isNumber) names.report(key, `must be a number from 0 to ${highest}`)
    return [Number(key), names.text(key)]
  }))
}

const checkWidth = (fields: Fields, type: RegisterType): number => {
  const fixed = wordsOfType[type]
  if (fixed === undefined) return fields.integer("words", 1, type === "text" ? highestWords : 4)
  if (fields.has("words") && fields.raw("words") !== fixed) fields.report("words", `must be ${fixed} for ${type}`)
  return fixed
}

const checkMeaning = (fields: Fields, register: Register): void => {
  if (isEnergy(register) && !(register.unit in wattHoursOfUnit)) {
    fields.report("unit", `must be one of ${Object.keys(wattHoursOfUnit).join(", ")} for energy`)
  }
  if (isEnergy(register) && register.scale.numerator < 0) fields.report("scale", "must be positive for energy")
  if (isPower(register) && !(register.unit in wattsOfUnit)) {
    fields.report("unit", `must be one of ${Object.keys(wattsOfUnit).join(", ")} for power`)
  }
  if (isEnergy(register) && register.type.startsWith("uint") && !register.notImplemented.includes(allOnes(register.words))) {
    fields.report("notImplemented", "must name all ones for an unsigned energy counter")
  }
  if (register.notImplementedReads !== undefined && !isPower(register)) {
    fields.report("notImplementedReads", "is for power only; missing energy is never zero")
  }
  const isNamed = register.enumeration !== undefined || register.flags !== undefined || register.type === "text"
  if (register.role && isNamed) fields.report("role", "is for numbers")
}

/** Reads one register of a profile; problems are added to `problems`. */
export const checkRegister = (value: unknown, path: string, problems: Problem[], defaults: RegisterDefaults): Register => {
  const fields = new Fields(value, path, problems)
  fields.refuseOthers(known)
  const type = fields.oneOf("type", registerTypes)
  const words = checkWidth(fields, type)
  const register: Register = {
    name: fields.text("name"),
    functionCode: fields.oneOf("functionCode", [3, 4], defaults.functionCode),
    address: fields.integer("address", 0, 65_536 - words),
    words,
    type,
    wordOrder: fields.oneOf("wordOrder", ["big", "little"], defaults.wordOrder),
    byteOrder: fields.oneOf("byteOrder", ["big", "little"], "big"),
    scale: checkScale(fields),
    offset: fields.has("offset") ? fields.integer("offset", -highestPart, highestPart) : 0,
    unit: fields.has("unit") ? fields.text("unit") : "",
    notImplemented: checkPatterns(fields, type, words),
    ...(fields.has("role") && { role: fields.oneOf("role", roles) }),
    ...(fields.has("model") && { model: fields.integer("model", 1, 65_534) }),
    ...(fields.has("scaleFactorAddress") && { scaleFactorAddress: fields.integer("scaleFactorAddress", 0, 65_535) }),
    ...(fields.has("multiplyBy") && { multiplyBy: fields.texts("multiplyBy") }),
    ...(fields.has("notImplementedReads") && { notImplementedReads: fields.oneOf("notImplementedReads", [0]) }),
    ...(fields.has("enumeration") && { enumeration: checkNames(fields, "enumeration", 65_535) }),
    ...(fields.has("flags") && { flags: checkNames(fields, "flags", words * 16 - 1) })
  }
  checkMeaning(fields, register)
  return register
}
