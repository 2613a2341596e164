/** A register image: what a device held at one moment, as JSON, written by hand or captured. */
import { Fields, type Problem } from "../profiles/check-fields.ts"
import { InvalidProfile } from "../profiles/invalid-profile.ts"
import { linesOfFields } from "../profiles/locate-field.ts"
import { stretchesFor, writeWords } from "./device-memory.ts"
import { addressOf, runsAt, runsByAddress, type Run } from "./image-words.ts"
import type { Unit } from "./unit.ts"

/** Consecutive words of one unit. */
export interface ImageBlock {
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: readonly number[]
}

/** The form that is shown to whoever wrote another one. */
export const imageExample = '[{ "unit": 1, "functionCode": 3, "address": 0, "words": [258, "00ff"] }]'

/** Names by which people call the two kinds of registers. */
const functionNames: Readonly<Record<string, 3 | 4>> = {
  3: 3, "0x03": 3, "03": 3, holding: 3, holdingregister: 3, holdingregisters: 3, hr: 3, fc3: 3, fc03: 3,
  4: 4, "0x04": 4, "04": 4, input: 4, inputregister: 4, inputregisters: 4, ir: 4, fc4: 4, fc04: 4
}
const functionOf = (name: unknown): 3 | 4 | undefined => functionNames[String(name).toLowerCase().replace(/[\s_-]/g, "")]

/** Other names of a block's fields. */
const unitNames = ["unit", "unitId", "slave", "slaveId"] as const
const functionFields = ["functionCode", "function", "fc", "type", "table", "kind"] as const
const addressNames = ["address", "start", "startAddress", "register"] as const
const wordNames = ["words", "word", "value", "values", "registers", "data"] as const

/** The one of several names that a block uses; two at once could contradict each other. */
const fieldOf = <Name extends string>(fields: Fields, names: readonly Name[]): Name | undefined => {
  const used = names.filter((name) => fields.has(name))
  if (used.length > 1) fields.report(used[1]!, `says the same as ${used[0]}`)
  return used[0]
}

const unitIn = (fields: Fields, unit: number): number => {
  const name = fieldOf(fields, unitNames)
  return name === undefined ? unit : fields.integer(name, 0, 255)
}

const functionIn = (fields: Fields): 3 | 4 => {
  const name = fieldOf(fields, functionFields)
  const found = name === undefined ? 3 : functionOf(fields.raw(name))
  if (found === undefined) fields.report(name!, 'must be 3 or "holding", or 4 or "input"')
  return found ?? 3
}

/** A block as `{ unit, functionCode, address, words }`, with other names for its fields. */
const checkBlock = (fields: Fields, unit: number): readonly ImageBlock[] => {
  fields.refuseOthers([...unitNames, ...functionFields, ...addressNames, ...wordNames])
  const [addressName, wordName] = [fieldOf(fields, addressNames), fieldOf(fields, wordNames)]
  if (wordName === undefined) {
    fields.report("words", `are missing; a block is written as ${imageExample}`)
    return []
  }
  const address = addressName === undefined ? null : addressOf(fields.raw(addressName), fields.path(addressName), fields.problems)
  const own = { unit: unitIn(fields, unit), functionCode: functionIn(fields) }
  return runsAt(address, fields.raw(wordName), fields.path(wordName), fields.problems).map((run: Run) => ({ ...own, ...run }))
}

/** An object with `holding` and `input` registers by their addresses, in place of blocks. */
const checkTables = (fields: Fields, tables: readonly string[], unit: number): readonly ImageBlock[] => {
  fields.refuseOthers([...unitNames, ...tables])
  const own = unitIn(fields, unit)
  return tables.flatMap((table) => {
    const value = fields.raw(table)
    const functionCode = functionOf(table)!
    return Array.isArray(value)
      ? runsAt(0, value, fields.path(table), fields.problems).map((run) => ({ unit: own, functionCode, ...run }))
      : runsByAddress(value, fields.path(table), fields.problems).map((run) => ({ unit: own, functionCode, ...run }))
  })
}

const wordsUnder = (fields: Fields): boolean => wordNames.some((name) => fields.has(name))

const checkItem = (value: unknown, path: string, problems: Problem[], unit: number): readonly ImageBlock[] => {
  const fields = new Fields(value, path, problems)
  const tables = fields.names().filter((name) => functionOf(name) !== undefined)
  if (tables.length > 0 && !wordsUnder(fields)) return checkTables(fields, tables, unit)
  return checkBlock(fields, unit)
}

const parse = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InvalidProfile(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A list of blocks, an object that holds them as `blocks`, `units` by their ids, or one block alone. */
const checkImage = (value: unknown, problems: Problem[], unit: number): readonly ImageBlock[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => checkItem(item, `[${index}]`, problems, unit))
  const fields = new Fields(value, "", problems)
  if (fields.has("blocks")) {
    fields.refuseOthers(["blocks", ...unitNames])
    const own = unitIn(fields, unit)
    return fields.list("blocks", false, (item, path) => checkItem(item, path, problems, own)).flat()
  }
  if (fields.has("units") && !Array.isArray(fields.raw("units"))) {
    fields.refuseOthers(["units"])
    const units = new Fields(fields.raw("units"), "units", problems)
    return units.names().flatMap((key) => {
      if (!/^\d{1,3}$/.test(key) || Number(key) > 255) units.report(key, "must be a unit id from 0 to 255")
      return checkItem(units.raw(key), units.path(key), problems, Number(key) & 255)
    })
  }
  return checkItem(value, "", problems, unit)
}

/**
 * Reads an image: a list of `{ "unit", "functionCode", "address", "words" }`, or one of the other forms that
 * docs/guides/meter-profiles.md shows. Words are numbers, or hexadecimal text as in "5375 6e53"; a block without a
 * unit is of `unit`, and without a function code of 3. Throws InvalidProfile, which names every wrong field with its
 * line, and the form that is right.
 */
export const readImage = (text: string, file: string, unit: number): readonly ImageBlock[] => {
  const value = parse(text, file)
  const problems: Problem[] = []
  const blocks = checkImage(value, problems, unit)
  if (problems.length === 0 && blocks.length === 0) problems.push({ path: Array.isArray(value) ? "" : "blocks", message: `holds no block; write ${imageExample}` })
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
