import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { UserError } from "../../../adapters/cli/user-error.ts"
import { FLOW_QUANTITY, FLOW_TICKS, FLOW_WORDS, type Flow } from "./flow.ts"

const FORMAT = "give a file of 24 bytes a command, ids counted from 1 (docs/guides/order-book-bench.md)"
const MOST_PARTICIPANTS = 1 << 20

const bytesOf = (file: string): Buffer => {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`, "name an order flow that exists, or leave --flow out", { cause: error })
  }
}

/** Who placed each id, and where: later commands of the id must say the same. */
interface Seen {
  readonly heads: Int32Array
  readonly participants: Int32Array
}

/** What is wrong with the command at `at`, or undefined. */
const wrongWith = (words: Int32Array, at: number, commands: number, seen: Seen): string | undefined => {
  const [head, id, price, quantity, participant] = words.subarray(at, at + 5) as unknown as [number, number, number, number, number]
  const op = head & 255
  const side = (head >>> 8) & 255
  if (op > 3) return `operation ${op}, not 0 to 3`
  if (side > 1) return `side ${side}, not 0 or 1`
  if (id < 1 || id > commands) return `id ${id >>> 0}, not 1 to ${commands}`
  if (op !== 1 && (price < 0 || price >= FLOW_TICKS)) return `price tick ${price}, not 0 to ${FLOW_TICKS - 1}`
  if (participant < 0 || participant >= MOST_PARTICIPANTS) return `participant ${participant >>> 0}, not below ${MOST_PARTICIPANTS}`
  if (op === 0 || op === 3) {
    if (quantity < 1 || quantity > FLOW_QUANTITY) return `quantity ${quantity} Wh, not 1 to ${FLOW_QUANTITY}`
    if (seen.heads[id] !== 0) return `id ${id} is placed a second time`
    seen.heads[id] = (head | 255) >>> 0
    seen.participants[id] = participant
    return undefined
  }
  if (seen.heads[id] === 0) return `id ${id} is cancelled or moved before it is placed`
  return seen.heads[id] === (head | 255) && seen.participants[id] === participant ? undefined : `id ${id} names another book, side or participant than when it was placed`
}

/**
 * Reads an order flow, and counts its books and participants.
 * @throws UserError where the file is none, and says at which command.
 */
export const readFlow = (file: string): Flow => {
  const bytes = bytesOf(file)
  if (bytes.length === 0 || bytes.length % (FLOW_WORDS * 4) !== 0) throw new UserError(`${file} is no order flow: ${bytes.length} bytes are not a whole number of commands`, FORMAT)
  const words = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const commands = words.length / FLOW_WORDS
  const seen = { heads: new Int32Array(commands + 1), participants: new Int32Array(commands + 1) }
  let books = 0
  let participants = 0
  for (let at = 0; at < words.length; at += FLOW_WORDS) {
    const wrong = wrongWith(words, at, commands, seen)
    if (wrong !== undefined) throw new UserError(`${file} is no order flow: command ${at / FLOW_WORDS + 1}: ${wrong}`, FORMAT)
    books = Math.max(books, (words[at]! >>> 16) + 1)
    participants = Math.max(participants, words[at + 4]! + 1)
  }
  return { words, commands, books, participants, sha256: createHash("sha256").update(bytes).digest("hex") }
}
