import { Fields, type Problem } from "./check-fields.ts"
import { allOnes, checkPattern, checkPatterns, checkScale, checkWidth, highestPart, type RegisterDefaults } from "./check-numbers.ts"
import { checkParts } from "./check-parts.ts"
import { isEnergy, isPower, registerTypes, roles, wattHoursOfUnit, wattsOfUnit, type Register } from "./profile.ts"

const known = [
  "name", "role", "functionCode", "address", "model", "words", "type", "wordOrder", "byteOrder", "scale", "offset",
  "scaleFactorAddress", "multiplyBy", "unit", "notImplemented", "notImplementedReads", "enumeration", "flags", "parts", "absolute",
  "refusedFrom"
]

const checkNames = (fields: Fields, field: "enumeration" | "flags", highest: number): ReadonlyMap<number, string> => {
  const names = new Fields(fields.raw(field), fields.path(field), fields.problems)
  return new Map(names.names().map((key) => {
    const isNumber = /^\d+$/.test(key) && Number(key) <= highest
    if (!isNumber) names.report(key, `must be a number from 0 to ${highest}`)
    return [Number(key), names.text(key)]
  }))
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
  if (register.absolute && !register.type.startsWith("int")) fields.report("absolute", "is for signed integers")
  const isNamed = register.enumeration !== undefined || register.flags !== undefined || register.type === "text"
  if (register.role && isNamed) fields.report("role", "is for numbers")
}

const isTrue = (fields: Fields, field: string): true => {
  if (fields.raw(field) !== true) fields.report(field, "must be true, or left out")
  return true
}

/** Where the words are and how they are read: one place, or the span of several parts. */
const checkPlace = (fields: Fields, defaults: RegisterDefaults): Pick<Register, "address" | "words" | "type" | "notImplemented" | "parts"> => {
  if (fields.has("parts")) return checkParts(fields, defaults)
  const type = fields.oneOf("type", registerTypes)
  const words = checkWidth(fields, type)
  return { address: fields.integer("address", 0, 65_536 - words), words, type, notImplemented: checkPatterns(fields, type, words) }
}

/** Reads one register of a profile; problems are added to `problems`. */
export const checkRegister = (value: unknown, path: string, problems: Problem[], defaults: RegisterDefaults): Register => {
  const fields = new Fields(value, path, problems)
  fields.refuseOthers(known)
  const place = checkPlace(fields, defaults)
  const { words } = place
  const register: Register = {
    name: fields.text("name"),
    functionCode: fields.oneOf("functionCode", [3, 4], defaults.functionCode),
    ...place,
    wordOrder: fields.oneOf("wordOrder", ["big", "little"], defaults.wordOrder),
    byteOrder: fields.oneOf("byteOrder", ["big", "little"], "big"),
    scale: checkScale(fields),
    offset: fields.has("offset") ? fields.integer("offset", -highestPart, highestPart) : 0,
    unit: fields.has("unit") ? fields.text("unit") : "",
    ...(fields.has("refusedFrom") && { refusedFrom: checkPattern(fields.raw("refusedFrom"), fields.path("refusedFrom"), words, problems) }),
    ...(fields.has("absolute") && { absolute: isTrue(fields, "absolute") }),
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
