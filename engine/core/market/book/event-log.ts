import { EVENT_WORDS as WORDS } from "./event-kinds.ts"

export * from "./event-kinds.ts"

const TWO_32 = 4_294_967_296
/** Low and high word of a whole number below 2^53. */
export const lowOf = (value: number): number => value | 0
export const highOf = (value: number): number => Math.floor(value / TWO_32) | 0
export const joined = (low: number, high: number): number => high * TWO_32 + (low >>> 0)

const mix = (lane: number, word: number, multiplier: number): number => {
  const product = Math.imul(lane ^ word, multiplier)
  return product ^ (product >>> 15)
}

/** Collects events, and folds them into the 128-bit state hash when they are drained or the hash is asked for. */
export interface EventLog {
  /** Number of the command in progress; wraps at 2^32. */
  command: number
  /** State hash, four words. */
  readonly lanes: Int32Array
  /** What `drained` counted, or what was written since. */
  readonly words: Int32Array
  /** Words written since the last drain. */
  readonly length: number
  /** Folds what was written since the last fold. */
  fold(): void
  /** Hands over what was written, as a view that holds until the next command, and starts anew. */
  drain(): Int32Array
  /** As `drain`, for those who read `words` themselves: returns the number of words and allocates nothing. */
  drained(): number
  /** The state hash as 32 hexadecimal digits. */
  hash(): string
}

/** The state hash of books to which nothing has happened. */
export const FIRST_LANES: ReadonlyArray<number> = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]
export const hashText = (lanes: Int32Array): string => [...lanes].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("")

/** Events in an array that grows if a batch outgrows it, and keeps its size. */
export class EventBuffer implements EventLog {
  words: Int32Array
  length = 0
  command = 0
  private folded = 0
  readonly lanes: Int32Array = Int32Array.from(FIRST_LANES)

  constructor(capacity = 4_096) {
    this.words = new Int32Array(capacity * WORDS)
  }

  private grow(): void {
    const larger = new Int32Array(this.words.length * 2)
    larger.set(this.words)
    this.words = larger
  }

  write(kind: number, book: number, account: number, low: number, high: number, price: number, quantity: number, rest: number): void {
    const at = this.length
    if (at === this.words.length) this.grow()
    const words = this.words
    words[at] = kind | (book << 16)
    words[at + 1] = account
    words[at + 2] = low
    words[at + 3] = high
    words[at + 4] = price
    words[at + 5] = quantity
    words[at + 6] = rest
    words[at + 7] = this.command
    this.length = at + WORDS
  }

  /** Folds what was written since the last fold. Every word goes through one of four lanes, which are crossed once an event. */
  fold(): void {
    const { words, lanes, length } = this
    let a = lanes[0]!
    let b = lanes[1]!
    let c = lanes[2]!
    let d = lanes[3]!
    for (let at = this.folded; at < length; at += WORDS) {
      a = mix(mix(a, words[at]!, 0x9e3779b1), words[at + 4]!, 0x85ebca77) ^ d
      b = mix(mix(b, words[at + 1]!, 0x85ebca77), words[at + 5]!, 0xc2b2ae3d) ^ a
      c = mix(mix(c, words[at + 2]!, 0xc2b2ae3d), words[at + 6]!, 0x27d4eb2f) ^ b
      d = mix(mix(d, words[at + 3]!, 0x27d4eb2f), words[at + 7]!, 0x9e3779b1) ^ c
    }
    lanes[0] = a
    lanes[1] = b
    lanes[2] = c
    lanes[3] = d
    this.folded = length
  }

  drain(): Int32Array {
    this.fold()
    const view = this.words.subarray(0, this.length)
    this.length = 0
    this.folded = 0
    return view
  }

  drained(): number {
    this.fold()
    const { length } = this
    this.length = 0
    this.folded = 0
    return length
  }

  hash(): string {
    this.fold()
    return hashText(this.lanes)
  }
}
