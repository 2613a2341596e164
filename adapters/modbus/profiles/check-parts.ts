/** A quantity that a device keeps in several registers: "parts" in place of address and type. */
import { Fields } from "./check-fields.ts"
import { allOnes, checkPatterns, checkScale, checkWidth, type RegisterDefaults } from "./check-numbers.ts"
import { highestWords, type Register, type RegisterType } from "./profile.ts"

const known = ["address", "words", "type", "wordOrder", "byteOrder", "scale", "notImplemented"]

/** A part is a number without sign: only the whole could have one. */
const partTypes = ["uint16", "uint32", "uint48", "uint64", "bcd", "mod10000"] as const satisfies readonly RegisterType[]

/** Fields that say of one place what the parts say of theirs. */
const ofOnePlace = ["address", "type", "words", "notImplemented", "scale", "scaleFactorAddress", "enumeration", "flags", "refusedFrom", "absolute"]

const larger = (a: Register, b: Register): number => b.scale.numerator * a.scale.denominator - a.scale.numerator * b.scale.denominator

const checkPart = (value: unknown, path: string, fields: Fields, defaults: RegisterDefaults): Register => {
  const part = new Fields(value, path, fields.problems)
  part.refuseOthers(known)
  const type = part.oneOf("type", partTypes)
  const words = checkWidth(part, type)
  const scale = checkScale(part)
  if (scale.numerator < 0) part.report("scale", "must be positive for a part")
  return {
    name: fields.text("name"),
    functionCode: fields.oneOf("functionCode", [3, 4], defaults.functionCode),
    address: part.integer("address", 0, 65_536 - words),
    words,
    type,
    wordOrder: part.oneOf("wordOrder", ["big", "little"], fields.oneOf("wordOrder", ["big", "little"], defaults.wordOrder)),
    byteOrder: part.oneOf("byteOrder", ["big", "little"], fields.oneOf("byteOrder", ["big", "little"], "big")),
    scale,
    offset: 0,
    unit: "",
    // A dead bus shows all ones in each of them, also where one word alone could count so far.
    notImplemented: part.has("notImplemented") || words > 1 ? checkPatterns(part, type, words) : [allOnes(words)]
  }
}

const endOf = ({ address, words }: Register): number => address + words

/** Reads the parts of a register, puts the largest first, and gives the span of words that must come in one answer. */
export const checkParts = (fields: Fields, defaults: RegisterDefaults): Pick<Register, "address" | "words" | "type" | "notImplemented" | "parts"> => {
  for (const field of ofOnePlace) {
    if (fields.has(field)) fields.report(field, "is said by each of the parts")
  }
  const parts = fields.list("parts", false, (item, path) => checkPart(item, path, fields, defaults)).toSorted(larger)
  if (parts.length < 2) fields.report("parts", "must be at least two")
  const address = Math.min(...parts.map(({ address: from }) => from), 65_535)
  const words = Math.max(1, ...parts.map((part) => endOf(part) - address))
  if (words > highestWords) fields.report("parts", `must lie within ${highestWords} words: read apart, they could belong to different moments`)
  if (parts.some((part) => parts.some((other) => other !== part && other.address < endOf(part) && part.address < endOf(other)))) {
    fields.report("parts", "must not share words")
  }
  if (parts.some((part, index) => index > 0 && larger(parts[index - 1]!, part) === 0)) fields.report("parts", "must differ in scale")
  return { address, words: Math.min(words, highestWords), type: "parts", notImplemented: [], parts }
}
