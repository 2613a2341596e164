import modbusSerial from "modbus-serial"
import { openLink, type Link } from "../transport/link.ts"
import { framingOf, type Framing, type Transport } from "../transport/transport.ts"
import { AnswerTimeout, Closed, ConnectTimeout, DeviceException, WrongAnswer, type ModbusError } from "./errors.ts"
import { MbapGuard, type Guard } from "./frame-guard.ts"
import { LibraryPort } from "./library-port.ts"
import { onlyTransaction, RtuGuard } from "./rtu-guard.ts"
import type { Question } from "./question.ts"

// The library is CommonJS: the class is a member of its default export.
const ModbusClient = modbusSerial.default

/** Where a session connects and how long it waits, in ms. */
export interface SessionSettings {
  readonly transport: Transport
  readonly depth: number
  readonly connectTimeoutMs: number
  readonly answerTimeoutMs: number
}

/** What a session tells its owner. */
export interface SessionEvents {
  opened(): void
  /** A request was answered or refused by the device, so there is room for another. */
  settled(): void
  /** Called exactly once, when the session is over; every request has been settled before. */
  ended(reason: ModbusError): void
}

/** A question and those who wait for its answer; exactly one of the two is called, once. */
export interface Request {
  readonly question: Question
  readonly resolve: (words: readonly number[]) => void
  readonly reject: (error: ModbusError) => void
}

interface Pending extends Request {
  readonly timer: NodeJS.Timeout
  readonly slot: number
}

const headerLength = 6
const crcLength = 2
const transactionNumbers = 65_536

/**
 * One line to a device from its opening to its end. It is never revived: after any doubt about the stream it
 * ends, and every request in flight is settled with the reason.
 *
 * modbus-serial speaks the protocol; the line, the frames' envelopes, the timers and the promises belong to
 * the session.
 */
export class Session {
  readonly #settings: SessionSettings
  readonly #events: SessionEvents
  readonly #framing: Framing
  readonly #port = new LibraryPort((frame) => this.#write(frame))
  readonly #client = new ModbusClient(this.#port)
  readonly #link: Link
  readonly #pending = new Map<number, Pending>()
  readonly #freeSlots: number[]
  readonly #openTimer: NodeJS.Timeout
  #lastTransaction = 0
  #ended: ModbusError | null = null

  /** Starts to connect at once. */
  constructor(settings: SessionSettings, events: SessionEvents) {
    this.#settings = settings
    this.#events = events
    this.#framing = framingOf(settings.transport)
    this.#freeSlots = Array.from({ length: settings.depth }, (_, slot) => slot)
    this.#client.open()
    const guard = this.#makeGuard()
    this.#openTimer = setTimeout(() => this.end(new ConnectTimeout(`no connection in ${settings.connectTimeoutMs} ms`)), settings.connectTimeoutMs)
    this.#link = openLink(settings.transport, {
      opened: () => {
        clearTimeout(this.#openTimer)
        if (!this.#ended) events.opened()
      },
      bytes: (bytes) => {
        const problem = this.#ended ? null : guard.push(bytes)
        if (problem) this.end(new WrongAnswer(problem))
      },
      ended: (reason) => this.end(reason)
    })
  }

  /** True while one more request may be sent without overtaking the depth. */
  get hasRoom(): boolean {
    return this.#freeSlots.length > 0
  }

  /** Sends one question, for which there must be room; it settles at the latest after the answer timeout. */
  ask({ question, resolve, reject }: Request): void {
    if (this.#ended) return reject(this.#ended)
    const slot = this.#freeSlots.pop()
    if (slot === undefined) throw new RangeError("more requests than the depth allows")
    const transaction = this.#nextTransaction()
    this.#pending.set(transaction, { question, resolve, reject, slot, timer: this.#startTimer(transaction) })
    this.#port._transactionIdWrite = slot
    const done = (error: unknown, answer?: { data: readonly number[] }): void => this.#settle(transaction, error, answer?.data)
    // Only the calls that carry the unit id are safe: `setID` and an await mix up the units.
    if (question.functionCode === 3) this.#client.writeFC3(question.unit, question.address, question.words, done)
    else this.#client.writeFC4(question.unit, question.address, question.words, done)
  }

  /** Ends the line and settles everything in flight. The first reason stands. */
  end(reason: ModbusError): void {
    if (this.#ended) return
    this.#ended = reason
    clearTimeout(this.#openTimer)
    this.#link.destroy()
    const others = reason instanceof AnswerTimeout ? new Closed("dropped after another request got no answer") : reason
    for (const { timer, reject } of this.#pending.values()) {
      clearTimeout(timer)
      reject(others)
    }
    this.#pending.clear()
    this.#events.ended(reason)
  }

  #makeGuard(): Guard {
    const answered = (transaction: number, bytes: Buffer, start: number, end: number): void => {
      const pending = this.#pending.get(transaction)
      if (pending) this.#port.deliver(pending.slot, bytes, start, end)
    }
    return this.#framing === "rtu"
      ? new RtuGuard(() => this.#pending.get(onlyTransaction)?.question, answered)
      : new MbapGuard(this.#pending, answered)
  }

  /** Sixteen bits instead of the library's eight: an old answer would have to be 65,536 requests late. */
  #nextTransaction(): number {
    if (this.#framing === "rtu") return onlyTransaction
    do this.#lastTransaction = (this.#lastTransaction + 1) % transactionNumbers
    while (this.#pending.has(this.#lastTransaction))
    return this.#lastTransaction
  }

  /** The library's frame as it is, or its inside behind a header in place of the CRC. */
  #write(frame: Buffer): void {
    if (this.#framing === "rtu") return this.#link.write(frame)
    const length = frame.length - crcLength
    const wire = Buffer.allocUnsafe(headerLength + length)
    wire.writeUInt16BE(this.#lastTransaction, 0)
    wire.writeUInt16BE(0, 2)
    wire.writeUInt16BE(length, 4)
    frame.copy(wire, headerLength, 0, length)
    this.#link.write(wire)
  }

  /**
   * Where this process was busy, an answer may have come in time and still lie unread when the timer fires: the
   * next turn of the event loop reads it first.
   */
  #startTimer(transaction: number): NodeJS.Timeout {
    const timer: NodeJS.Timeout = setTimeout(() => setImmediate(() => this.#timeOut(transaction, timer)), this.#settings.answerTimeoutMs)
    return timer
  }

  #timeOut(transaction: number, timer: NodeJS.Timeout): void {
    const pending = this.#pending.get(transaction)
    if (pending?.timer !== timer) return
    this.#pending.delete(transaction)
    const reason = new AnswerTimeout(`no answer in ${this.#settings.answerTimeoutMs} ms`)
    pending.reject(reason)
    this.end(reason)
  }

  #settle(transaction: number, error: unknown, words: readonly number[] = []): void {
    const pending = this.#pending.get(transaction)
    if (!pending) return
    const code = (error as { modbusCode?: unknown } | null)?.modbusCode
    if (typeof code !== "number" && (error || words.length !== pending.question.words)) {
      return this.end(new WrongAnswer(error instanceof Error ? error.message : "answer of wrong length"))
    }
    this.#pending.delete(transaction)
    this.#freeSlots.push(pending.slot)
    clearTimeout(pending.timer)
    if (typeof code === "number") pending.reject(new DeviceException(code))
    else pending.resolve(words)
    this.#events.settled()
  }
}
