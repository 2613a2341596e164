import { NotCanonical } from "../../quantity/canonical-reader.ts"
import { highOf, joined, lowOf, type EventLog } from "./event-log.ts"
import { ticksOf, type BookRules } from "./rules.ts"

/**
 * A snapshot is little-endian 32-bit words in one canonical form, whatever implementation wrote it:
 *
 *   version, command, four hash lanes, stamps (unsigned), market time (low, high), rules (8 words)
 *   accounts: count, then number, owner, credit (low, high), held (low, high), by number
 *   books: count, then place, key (low, high), tariff, phase, orders on its three lists; then the orders:
 *     bids best price first, asks best price first, each by time; then those set aside (directed, or collected) by time
 *   order: account, id (low, high), terms | hasUntil << 8 | counterparties << 9, price, Wh, stamp, [until (low, high)], [owners]
 */
export const SNAPSHOT_VERSION = 1

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** Rules by which resting orders were taken; a snapshot is restored under the same ones only. (The state of the area says how much room there was.) */
const rulesWords = (rules: BookRules): Array<number> => {
  let tariffs = rules.tariffs.length
  for (const { residualSupplyPrice, feedInPrice } of rules.tariffs) tariffs = (Math.imul(tariffs, 31) + Math.imul(residualSupplyPrice, 17) + feedInPrice) | 0
  return [rules.minimumPrice, rules.priceTick, ticksOf(rules), rules.minimumQuantity, rules.maximumQuantity, rules.maximumOpen, rules.maximumDirected, tariffs]
}

export class SnapshotWriter {
  private words = new Int32Array(1_024)
  private length = 0

  /** Makes sure that `count` words fit without another look. */
  reserve(count: number): void {
    if (this.length + count <= this.words.length) return
    const larger = new Int32Array(Math.max(this.words.length * 2, this.length + count))
    larger.set(this.words.subarray(0, this.length))
    this.words = larger
  }

  put(...values: ReadonlyArray<number>): void {
    this.reserve(values.length)
    for (const value of values) this.words[this.length++] = value
  }

  /** Leaves room for `count` words to be filled in later; returns where. */
  mark(count: number): number {
    this.reserve(count)
    this.length += count
    return this.length - count
  }

  fill(at: number, value: number): void {
    this.words[at] = value
  }

  head(rules: BookRules, log: EventLog, stamps: number, now: number): void {
    log.fold()
    this.put(SNAPSHOT_VERSION, log.command, ...log.lanes, stamps, lowOf(now), highOf(now), ...rulesWords(rules))
  }

  /** Words that are in the form already. */
  copy(source: Int32Array, from: number, to: number): void {
    this.reserve(to - from)
    this.words.set(source.subarray(from, to), this.length)
    this.length += to - from
  }

  order(account: number, low: number, high: number, terms: number, price: number, quantity: number, stamp: number, until: number, named: ReadonlyArray<number>): void {
    this.reserve(9 + named.length)
    const { words } = this
    let at = this.length
    words[at++] = account
    words[at++] = low
    words[at++] = high
    words[at++] = terms | (until > 0 ? 256 : 0) | (named.length << 9)
    words[at++] = price
    words[at++] = quantity
    words[at++] = stamp
    if (until > 0) {
      words[at++] = lowOf(until)
      words[at++] = highOf(until)
    }
    for (let one = 0; one < named.length; one++) words[at++] = named[one]!
    this.length = at
  }

  finish(): Uint8Array {
    if (!isLittleEndian) throw new NotCanonical("this machine is big-endian")
    return new Uint8Array(this.words.buffer, 0, this.length * 4)
  }
}

/** Receives what a snapshot holds, in its order. */
interface Receiver {
  account(account: number, owner: number, credit: number, held: number): void
  book(place: number, key: number, tariff: number, phase: number): void
  done(stamps: number, now: number): void
}
/** `list`: 0 bids, 1 asks, 2 set aside. */
export interface OrderReceiver extends Receiver {
  order(book: number, list: number, account: number, low: number, high: number, terms: number, price: number, quantity: number, stamp: number, until: number, named: ReadonlyArray<number>): void
}
/** Takes a whole list at once: `count` orders from word `at` on; returns where the next word is, -1 if it cannot be. */
export interface ListReceiver extends Receiver {
  list(book: number, list: number, count: number, words: Int32Array, at: number): number
}

const NOBODY: ReadonlyArray<number> = []

/** Reads a snapshot into `receiver` and `log`; throws NotCanonical on another version, other rules or another length. */
export const readSnapshot = (bytes: Uint8Array, rules: BookRules, log: EventLog, receiver: OrderReceiver | ListReceiver): void => {
  if (bytes.length % 4 !== 0) throw new NotCanonical("a snapshot of whole words")
  // A Buffer's own slice would copy nothing and lead to all of its pool.
  const words = bytes.byteOffset % 4 === 0 ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) : new Int32Array(new Uint8Array(bytes).buffer)
  let at = 0
  const next = (): number => {
    if (at >= words.length) throw new NotCanonical("a snapshot ends too early")
    return words[at++]!
  }
  const long = (): number => joined(next(), next())
  if (next() !== SNAPSHOT_VERSION) throw new NotCanonical("a snapshot of another version")
  log.command = next()
  for (let lane = 0; lane < 4; lane++) log.lanes[lane] = next()
  const stamps = next() >>> 0
  const now = long()
  for (const word of rulesWords(rules)) if (next() !== (word | 0)) throw new NotCanonical("a snapshot of a market with other rules")
  for (let count = next(); count > 0; count--) receiver.account(next(), next(), long(), long())
  for (let count = next(); count > 0; count--) {
    const place = next()
    receiver.book(place, long(), next(), next())
    const sizes = [next(), next(), next()]
    for (const [list, size] of sizes.entries()) {
      if (!("order" in receiver)) {
        at = receiver.list(place, list, size, words, at)
        if (at === -1) throw new NotCanonical("a snapshot with an order that no book can hold")
        continue
      }
      for (let left = size; left > 0; left--) {
        const account = next()
        const low = next()
        const high = next()
        const packed = next()
        const price = next()
        const quantity = next()
        const stamp = next()
        const until = (packed & 256) === 0 ? 0 : long()
        const counterparties = packed >>> 9
        const named = counterparties === 0 ? NOBODY : Array.from({ length: counterparties }, next)
        receiver.order(place, list, account, low, high, packed & 255, price, quantity, stamp, until, named)
      }
    }
  }
  if (at !== words.length) throw new NotCanonical("a snapshot with words left over")
  receiver.done(stamps, now)
}
