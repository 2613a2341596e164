/** The numbers in a profile: scales, widths and bit patterns. */
import { Fields, type Problem } from "./check-fields.ts"
import { fractionOf } from "./decimal.ts"
import { highestWords, wordsOfType, type Rational, type RegisterType, type WordOrder } from "./profile.ts"

/** What a profile says once for all its registers. */
export interface RegisterDefaults {
  readonly functionCode: 3 | 4
  readonly wordOrder: WordOrder
}

/** The largest numerator and denominator of a scale. */
export const highestPart = 1_000_000_000

/** A decimal such as 0.01, taken by its digits, or a fraction of integers for factors that have no decimal. */
export const checkScale = (fields: Fields): Rational => {
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

/** The pattern of all ones, which a dead bus shows. */
export const allOnes = (words: number): bigint => (1n << BigInt(words * 16)) - 1n

/** A dead RTU gateway answers all ones; only a wide unsigned number would take that for a value. */
const patternsByType = (type: RegisterType, words: number): readonly bigint[] =>
  type.startsWith("uint") && words > 1 ? [allOnes(words)] : []

/** A bit pattern as wide as the register. */
export const checkPattern = (value: unknown, path: string, words: number, problems: Problem[]): bigint => {
  if (typeof value === "string" && new RegExp(`^0x[0-9a-f]{${words * 4}}$`).test(value)) return BigInt(value)
  problems.push({ path, message: `pattern must be 0x and ${words * 4} small hexadecimal digits` })
  return 0n
}

/** The patterns that mean "no value", as the file names them or as the type has them. */
export const checkPatterns = (fields: Fields, type: RegisterType, words: number): readonly bigint[] => {
  if (!fields.has("notImplemented")) return patternsByType(type, words)
  const patterns = fields.raw("notImplemented")
  if (!Array.isArray(patterns)) {
    fields.report("notImplemented", "must be a list of patterns, which may be empty")
    return []
  }
  return patterns.map((pattern: unknown, index) => checkPattern(pattern, `${fields.path("notImplemented")}[${index}]`, words, fields.problems))
}

/** The width in words, which a type has or the file must say. */
export const checkWidth = (fields: Fields, type: RegisterType): number => {
  const fixed = wordsOfType[type]
  if (fixed === undefined) return fields.integer("words", 1, type === "text" ? highestWords : 4)
  if (fields.has("words") && fields.raw("words") !== fixed) fields.report("words", `must be ${fixed} for ${type}`)
  return fixed
}
