import { Fields, type Problem } from "./check-fields.ts"
import {
  isEnergy, isPower, wattHoursOfUnit, wattsOfUnit, wordsOfType, type Rational, type Register, type RegisterType
} from "./profile.ts"

const known = [
  "measurement", "functionCode", "address", "model", "words", "type", "wordOrder", "scale",
  "scaleFactorAddress", "unit", "notImplemented", "notImplementedReads"
]

const types = Object.keys(wordsOfType) as readonly RegisterType[]

const checkScale = (fields: Fields): Rational => {
  const scale = new Fields(fields.raw("scale"), fields.path("scale"), fields.problems)
  scale.refuseOthers(["numerator", "denominator"])
  return {
    numerator: scale.integer("numerator", 1, 1_000_000),
    denominator: scale.integer("denominator", 1, 1_000_000)
  }
}

const checkPatterns = (fields: Fields, words: number): readonly bigint[] => {
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

const checkMeaning = (fields: Fields, register: Register): void => {
  if (wordsOfType[register.type] !== register.words) {
    fields.report("words", `must be ${wordsOfType[register.type]} for ${register.type}`)
  }
  if (isEnergy(register.measurement) && !(register.unit in wattHoursOfUnit)) {
    fields.report("unit", `must be one of ${Object.keys(wattHoursOfUnit).join(", ")} for energy`)
  }
  if (isPower(register.measurement) && !(register.unit in wattsOfUnit)) {
    fields.report("unit", `must be one of ${Object.keys(wattsOfUnit).join(", ")} for power`)
  }
  // A dead RTU gateway answers all ones; only an unsigned counter would take that for energy.
  const allOnes = (1n << BigInt(register.words * 16)) - 1n
  if (isEnergy(register.measurement) && register.type.startsWith("uint") && !register.notImplemented.includes(allOnes)) {
    fields.report("notImplemented", "must name all ones for an unsigned energy counter")
  }
  if (register.notImplementedReads !== undefined && !isPower(register.measurement)) {
    fields.report("notImplementedReads", "is for power only; missing energy is never zero")
  }
}

/** Reads one register of a profile; problems are added to `problems`. */
export const checkRegister = (value: unknown, path: string, problems: Problem[]): Register => {
  const fields = new Fields(value, path, problems)
  fields.refuseOthers(known)
  const words = fields.oneOf("words", [1, 2, 4])
  const register: Register = {
    measurement: fields.text("measurement"),
    functionCode: fields.oneOf("functionCode", [3, 4]),
    address: fields.integer("address", 0, 65_536 - words),
    words,
    type: fields.oneOf("type", types),
    wordOrder: fields.oneOf("wordOrder", ["big", "little"]),
    scale: checkScale(fields),
    unit: fields.text("unit"),
    notImplemented: checkPatterns(fields, words),
    ...(fields.has("model") && { model: fields.integer("model", 1, 65_534) }),
    ...(fields.has("scaleFactorAddress") && { scaleFactorAddress: fields.integer("scaleFactorAddress", 0, 65_535) }),
    ...(fields.has("notImplementedReads") && { notImplementedReads: fields.oneOf("notImplementedReads", [0]) })
  }
  checkMeaning(fields, register)
  return register
}
