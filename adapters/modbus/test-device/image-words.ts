/** The words of a register image, in the forms in which people write them. */
import { Fields, type Problem } from "../profiles/check-fields.ts"

/** Words from one address on. */
export interface Run {
  readonly address: number
  readonly words: readonly number[]
}

const endOfAddresses = 65_536

/** A word: a number, or hexadecimal digits as text. */
export const wordOf = (value: unknown, path: string, problems: Problem[]): number => {
  const word = typeof value === "string" && /^(0x)?[0-9a-f]{1,4}$/i.test(value) ? Number.parseInt(value.replace(/^0x/i, ""), 16) : value
  if (typeof word === "number" && Number.isInteger(word) && word >= 0 && word <= 65_535) return word
  problems.push({ path, message: 'must be a word: a number from 0 to 65535, or hexadecimal digits as in "00ff"' })
  return 0
}

/** Words in a list, in one text as "5375 6e53", or a single one. */
const listOf = (value: unknown, path: string, problems: Problem[]): readonly number[] => {
  if (typeof value === "number") return [wordOf(value, path, problems)]
  const items: readonly unknown[] | null = typeof value === "string" ? value.trim().split(/[\s,]+/) : Array.isArray(value) ? value : null
  if (items === null) problems.push({ path, message: 'must be words: [258, "00ff"], "0102 00ff", or { "0": 258, "1": 255 } by their addresses' })
  else if (items.length === 0 || items[0] === "") problems.push({ path, message: "must not be empty" })
  const isText = typeof value === "string"
  return items?.map((word, index) => wordOf(word, isText ? path : `${path}[${index}]`, problems)) ?? []
}

/** An address as a number, as "0x9c40", or in decimal digits; zero-based, as it goes over the wire. */
export const addressOf = (value: unknown, path: string, problems: Problem[]): number => {
  const isText = typeof value === "string" && /^(0x[0-9a-f]{1,4}|\d{1,6})$/i.test(value)
  const address = isText ? Number(value) : value
  if (typeof address === "number" && Number.isInteger(address) && address >= 0 && address < endOfAddresses) return address
  const hint = typeof address === "number" && address >= 300_001 ? "; a manual's 400001 is address 0 of function code 3, its 300001 address 0 of 4" : ""
  problems.push({ path, message: `must be an address from 0 to 65535, as 40000 or "0x9c40"${hint}` })
  return 0
}

const checkEnd = (run: Run, path: string, problems: Problem[]): Run => {
  if (run.address + run.words.length > endOfAddresses) problems.push({ path, message: "words reach beyond address 65535" })
  return run
}

/** Runs out of an object whose keys are addresses, each with a word or several from there on. */
export const runsByAddress = (value: unknown, path: string, problems: Problem[]): readonly Run[] => {
  const fields = new Fields(value, path, problems)
  return fields.names().map((key) => {
    const place = fields.path(key)
    const words = typeof fields.raw(key) === "string" && /^(0x)?[0-9a-f]{1,4}$/i.test(fields.raw(key) as string)
      ? [wordOf(fields.raw(key), place, problems)]
      : listOf(fields.raw(key), place, problems)
    return checkEnd({ address: addressOf(key, place, problems), words }, place, problems)
  })
}

/** Runs out of what stands as "words" beside an address: a list, a text, or an object that has its own addresses. */
export const runsAt = (address: number | null, value: unknown, path: string, problems: Problem[]): readonly Run[] => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    if (address === null) problems.push({ path, message: "needs an address beside it" })
    return [checkEnd({ address: address ?? 0, words: listOf(value, path, problems) }, path, problems)]
  }
  const runs = runsByAddress(value, path, problems)
  const lowest = Math.min(...runs.map((run) => run.address))
  if (address === null || lowest === address) return runs
  // Keys that begin at 0 count from the block's address; others that do not begin with it could mean either.
  if (lowest === 0) return runs.map((run) => checkEnd({ ...run, address: run.address + address }, path, problems))
  problems.push({ path, message: `has keys from ${lowest} on beside the address ${address}: leave the address out, or let them begin with it or with 0` })
  return []
}
