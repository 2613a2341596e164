/**
 * Events of the books: eight 32-bit words each, in a typed buffer that is drained by batch. The state hash folds the
 * words in order; w7 holds the command's number, so the fold is the same however commands were batched.
 *
 *   w0 kind | detail << 8 | book << 16     w4 price (micro-units of currency per kWh)
 *   w1 account                             w5 quantity (Wh)
 *   w2, w3 client order id, low and high   w6 what remains (Wh), or the status of a refusal
 *                                          w7 number of the command
 *
 * Who takes is said once, by Placed or Moved; the trades that follow name who rested.
 */
const WORDS = 8
export const EVENT_WORDS = WORDS

/** Detail: the order's terms. w6: 0. */
export const PLACED = 1
/** w1-w3 name the resting order, w6 is what remains of it: at 0 it is gone. */
export const TRADED = 2
/** Detail: the reason. w5 is what was left. */
export const CLOSED = 3
/** Detail: the reason. w5 by how much, w6 what remains: at 0 it is gone. */
export const REDUCED = 4
/** w4 is the new price, w5 what was open. */
export const MOVED = 5
/** w6 is the status. */
export const REFUSED = 6
/** Follows Placed: good till w5 + 2^32 w6 seconds. */
export const GOOD_TILL = 7
/** Follows Placed: w5 is an owner who may take the directed order. */
export const NAMED = 8
/** w4, w5 the book's key (low, high), w6 its tariff. */
export const BOOK_OPENED = 9
/** w5, w6 total of the call (low, high), w4 its price. */
export const CALLED = 10
export const BOOK_CLOSED_EVENT = 11
/** The book collects orders for its call. */
export const COLLECTING = 12
/** w5, w6 market time (low, high). */
export const TIME_MOVED = 13
/** w2 owner, w5, w6 credit (low, high). */
export const ACCOUNT_SET = 14
/** w5, w6 amount (low, high). */
export const RELEASED = 15
/** w5 is the number of orders cancelled. */
export const ALL_CANCELLED = 16
/** Follows CALLED: w1-w3 name the seller's order, w4 the price, w5 Wh, w6 what remains of it; the buyer's is the last CALL_BUYER. */
export const CALL_SELLER = 17
/** w1-w3 name the buyer's order, w5 its Wh in the call, w6 what remains of it. */
export const CALL_BUYER = 18

/** Why an order was closed or reduced. */
export const BY_OWNER = 0
export const AT_ONCE_ONLY = 1
export const SELF_TRADE = 2
export const TIME_OVER = 3
export const GATE_CLOSED = 4

const TWO_32 = 4_294_967_296
/** Low and high word of a whole number below 2^53. */
export const lowOf = (value: number): number => value | 0
export const highOf = (value: number): number => Math.floor(value / TWO_32) | 0
export const joined = (low: number, high: number): number => high * TWO_32 + (low >>> 0)

const mix = (lane: number, word: number, multiplier: number): number => {
  const product = Math.imul(lane ^ word, multiplier)
  return product ^ (product >>> 15)
}

/** Collects events and folds them, lazily, into the 128-bit state hash. Grows if a batch outgrows it, and keeps its size. */
export class EventLog {
  words: Int32Array
  /** Words written since the last drain. */
  length = 0
  /** Number of the command in progress; wraps at 2^32. */
  command = 0
  private folded = 0
  readonly lanes: Int32Array = Int32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344)

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

  /** Hands over what was written, as a view that holds until the next command, and starts anew. */
  drain(): Int32Array {
    this.fold()
    const view = this.words.subarray(0, this.length)
    this.length = 0
    this.folded = 0
    return view
  }

  /** As `drain`, for those who read `words` themselves: returns the number of words and allocates nothing. */
  drained(): number {
    this.fold()
    const { length } = this
    this.length = 0
    this.folded = 0
    return length
  }

  /** The state hash as 32 hexadecimal digits. */
  hash(): string {
    this.fold()
    return [...this.lanes].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("")
  }
}
