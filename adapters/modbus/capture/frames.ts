import type { Message } from "./modbus-frame.ts"

/** A message with the number that pairs questions and answers. */
export interface Transacted {
  readonly transaction: number
  readonly message: Message
}

/** Takes one direction's bytes as they come and gives the whole frames in them. */
export interface Frames {
  /** The frames that end in these bytes; `isAfterGap` where some before them were never seen. */
  add(bytes: Buffer, isAfterGap: boolean): readonly Transacted[]
  /** No more comes of a frame that is not whole by now: the frames that stand behind its beginning. */
  quiet(): readonly Transacted[]
  /** How many bytes belonged to frames so far. */
  readonly covered: number
}
