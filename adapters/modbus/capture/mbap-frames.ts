/** Modbus/TCP frames out of a byte stream that may begin in the middle of one, or belong to another protocol. */
import type { Frames, Transacted } from "./frames.ts"
import { messageOf } from "./modbus-frame.ts"

const headerLength = 6
const shortestBody = 2
const longestBody = 254

const isHeader = (bytes: Buffer, at: number): boolean => {
  const length = bytes.readUInt16BE(at + 4)
  return bytes.readUInt16BE(at + 2) === 0 && length >= shortestBody && length <= longestBody
}

/** Takes bytes as they come and gives whole frames; looks for the next one byte by byte where none begins. */
export class MbapFrames implements Frames {
  #rest: Buffer = Buffer.alloc(0)
  #covered = 0

  /** Frames tell their length, and numbers tell what they answer: nobody has to wait for quiet. */
  quiet(): readonly Transacted[] {
    return []
  }

  get covered(): number {
    return this.#covered
  }

  add(bytes: Buffer, isAfterGap: boolean): readonly Transacted[] {
    const all = isAfterGap || this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const found: Transacted[] = []
    let at = 0
    while (at + headerLength <= all.length) {
      const end = isHeader(all, at) ? at + headerLength + all.readUInt16BE(at + 4) : 0
      if (end > all.length) break // the rest of it is still to come
      const message = end === 0 ? null : messageOf(all.subarray(at + headerLength, end))
      if (message) {
        found.push({ transaction: all.readUInt16BE(at), message })
        this.#covered += end - at
      }
      at = message ? end : at + 1
    }
    this.#rest = all.subarray(at)
    return found
  }
}
