/** Modbus/TCP frames out of a byte stream that may begin in the middle of one, or belong to another protocol. */
import { messageOf, type Message } from "./modbus-frame.ts"

/** A message with the number that pairs questions and answers. */
export interface Transacted {
  readonly transaction: number
  readonly message: Message
}

const headerLength = 6
const shortestBody = 2
const longestBody = 254

const isHeader = (bytes: Buffer, at: number): boolean => {
  const length = bytes.readUInt16BE(at + 4)
  return bytes.readUInt16BE(at + 2) === 0 && length >= shortestBody && length <= longestBody
}

/** Takes bytes as they come and gives whole frames; looks for the next one byte by byte where none begins. */
export class MbapFrames {
  #rest: Buffer = Buffer.alloc(0)

  /** The frames that end in these bytes. */
  add(bytes: Buffer, isAfterGap: boolean): readonly Transacted[] {
    const all = isAfterGap || this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const found: Transacted[] = []
    let at = 0
    while (at + headerLength <= all.length) {
      const end = isHeader(all, at) ? at + headerLength + all.readUInt16BE(at + 4) : 0
      if (end > all.length) break // the rest of it is still to come
      const message = end === 0 ? null : messageOf(all.subarray(at + headerLength, end))
      if (message) found.push({ transaction: all.readUInt16BE(at), message })
      at = message ? end : at + 1
    }
    this.#rest = all.subarray(at)
    return found
  }
}
