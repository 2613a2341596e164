/** A register image: what a device held at one moment, as JSON, written by hand or captured. */
import { Fields, type Problem } from "../profiles/check-fields.ts"
import { InvalidProfile } from "../profiles/invalid-profile.ts"
import { linesOfFields } from "../profiles/locate-field.ts"
import { stretchesFor, writeWords } from "./device-memory.ts"
import type { Unit } from "./unit.ts"

/** Consecutive words of one unit. */
export interface ImageBlock {
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: readonly number[]
}

const wordOf = (value: unknown, path: string, problems: Problem[]): number => {
  const word = typeof value === "string" && /^(0x)?[0-9a-f]{1,4}$/i.test(value) ? Number.parseInt(value.replace(/^0x/i, ""), 16) : value
  if (typeof word === "number" && Number.isInteger(word) && word >= 0 && word <= 65_535) return word
  problems.push({ path, message: 'must be a word: a number from 0 to 65535, or hexadecimal digits as in "00ff"' })
  return 0
}

const checkBlock = (value: unknown, path: string, problems: Problem[], unit: number): ImageBlock => {
  const fields = new Fields(value, path, problems)
  fields.refuseOthers(["unit", "functionCode", "address", "words"])
  const text = fields.raw("words")
  const words = typeof text === "string"
    ? text.trim().split(/\s+/).map((word) => wordOf(word, fields.path("words"), problems))
    : fields.list("words", false, (item, place) => wordOf(item, place, problems))
  const address = fields.integer("address", 0, 65_535)
  if (address + words.length > 65_536) fields.report("words", "reach beyond address 65535")
  if (words.length === 0) fields.report("words", "must not be empty")
  return {
    unit: fields.integer("unit", 0, 255, unit),
    functionCode: fields.oneOf("functionCode", [3, 4], 3),
    address,
    words
  }
}

const parse = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InvalidProfile(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * Reads an image: a list of `{ "unit", "functionCode", "address", "words" }`, or an object that holds it as `blocks`.
 * Words are numbers, or hexadecimal text as in "5375 6e53"; a block without a unit is of `unit`, and without a function
 * code of 3. Throws InvalidProfile, which names every wrong field with its line.
 */
export const readImage = (text: string, file: string, unit: number): readonly ImageBlock[] => {
  const value = parse(text, file)
  const problems: Problem[] = []
  const isList = Array.isArray(value)
  const fields = new Fields(isList ? { blocks: value } : value, "", problems)
  // Paths of a bare list begin with its brackets, as in the file.
  const blocks = fields.list("blocks", false, (item, path) => checkBlock(item, isList ? path.slice("blocks".length) : path, problems, unit))
  if (problems.length === 0 && blocks.length === 0) problems.push({ path: isList ? "" : "blocks", message: "holds no block" })
  if (problems.length > 0) throw InvalidProfile.at(file, linesOfFields(text), problems)
  return blocks
}

/** The units of an image; their registers never move. Later blocks overwrite earlier ones. */
export const imageUnits = (blocks: readonly ImageBlock[]): readonly Unit[] =>
  [...new Set(blocks.map(({ unit }) => unit))].map((unit) => {
    const own = blocks.filter((block) => block.unit === unit)
    const stretches = stretchesFor(own.map(({ functionCode, address, words }) => ({ functionCode, address, length: words.length })), 0)
    for (const block of own) writeWords(stretches, block)
    return {
      unit,
      registers: [],
      stretches: () => stretches,
      reset: () => { for (const { bytes } of stretches) bytes.fill(0) }
    }
  })
