/** RTU frames out of a byte stream, as serial servers carry them through TCP: known by their check sum alone. */
import { crc16 } from "../transport/crc16.ts"
import type { Frames, Transacted } from "./frames.ts"
import { messageOf, type Message } from "./modbus-frame.ts"

const crcLength = 2
const questionLength = 8
const refusalLength = 5
/** Unit, function and the count of bytes behind them. */
const answerHeader = 3
/** On a serial line there are no numbers: all questions have the same. */
const noTransaction = 0

/** How long a frame is whose first bytes stand at `at`: 0 for none that concerns registers, undefined where too little is there to say. */
type LengthAt = (bytes: Buffer, at: number) => number | undefined

const isRead = (functionCode: number): boolean => functionCode === 3 || functionCode === 4

const questionAt: LengthAt = (bytes, at) => {
  const functionCode = bytes[at + 1]
  return functionCode === undefined ? undefined : isRead(functionCode) ? questionLength : 0
}

const answerAt: LengthAt = (bytes, at) => {
  const functionCode = bytes[at + 1]
  if (functionCode === undefined) return undefined
  if (functionCode > 0x80 && isRead(functionCode & 0x7f)) return refusalLength
  if (!isRead(functionCode)) return 0
  const count = bytes[at + 2]
  if (count === undefined) return undefined
  return count >= 2 && count % 2 === 0 ? answerHeader + count + crcLength : 0
}

/** What one side of a serial line sends: its master asks, its devices answer. A side never does both, so the same bytes are never two frames. */
export class RtuFrames implements Frames {
  readonly #lengthAt: LengthAt
  #rest: Buffer = Buffer.alloc(0)
  #covered = 0

  constructor(side: "asking" | "answering") {
    this.#lengthAt = side === "asking" ? questionAt : answerAt
  }

  get covered(): number {
    return this.#covered
  }

  add(bytes: Buffer, isAfterGap: boolean): readonly Transacted[] {
    return this.#scan(isAfterGap || this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]), false)
  }

  quiet(): readonly Transacted[] {
    return this.#rest.length === 0 ? [] : this.#scan(this.#rest, true)
  }

  #scan(all: Buffer, isWhole: boolean): readonly Transacted[] {
    const found: Transacted[] = []
    let at = 0
    while (at < all.length) {
      const length = this.#lengthAt(all, at)
      const isCut = length === undefined || at + length > all.length
      if (isCut && !isWhole) break // the rest of it is still to come
      const message = isCut || length === 0 ? null : this.#messageAt(all, at, length)
      if (message) found.push({ transaction: noTransaction, message })
      at += message ? length! : 1
    }
    this.#rest = all.subarray(at)
    return found
  }

  #messageAt(all: Buffer, at: number, length: number): Message | null {
    const end = at + length - crcLength
    const message = crc16(all, at, end) === all.readUInt16LE(end) ? messageOf(all.subarray(at, end)) : null
    if (message) this.#covered += length
    return message
  }
}
