import { openLink, type Link } from "../transport/link.ts"
import { framingOf, type Framing, type Transport } from "../transport/transport.ts"
import { AnswerClock } from "./answer-clock.ts"
import { AnswerTimeout, Closed, ConnectTimeout, DeviceException, WrongAnswer, type ModbusError } from "./errors.ts"
import { MbapGuard, type Guard } from "./frame-guard.ts"
import { InFlight } from "./in-flight.ts"
import { LibraryCodec } from "./library-codec.ts"
import type { Request } from "./question.ts"
import { onlyTransaction, RtuGuard } from "./rtu-guard.ts"
import type { TransactionNumbers } from "./transaction-numbers.ts"

/** Where a session connects and how long it waits, in ms. */
export interface SessionSettings {
  readonly transport: Transport
  readonly depth: number
  readonly connectTimeoutMs: number
  readonly answerTimeoutMs: number
  readonly transactions: TransactionNumbers
}

/** A request that came to nothing, and why. */
export interface Unanswered {
  readonly request: Request
  readonly error: ModbusError
}

/** What a session tells its owner, who passes it on. Each request comes back exactly once. */
export interface SessionEvents {
  opened(): void
  /** The device answered, so there is room for another request. */
  answered(request: Request, words: readonly number[]): void
  /** The device answered with an exception, so there is room for another request. */
  refused(request: Request, error: DeviceException): void
  /** Called exactly once, when the session is over, with everything that was in flight; one that timed out comes first. */
  ended(reason: ModbusError, unanswered: readonly Unanswered[]): void
}

const headerLength = 6
const crcLength = 2
const codec = new LibraryCodec()

/**
 * One line to a device from its opening to its end. It is never revived: after any doubt about the stream it
 * ends, and every request in flight comes back with the reason.
 *
 * modbus-serial speaks the protocol; the line, the frames' envelopes and the times belong to the session.
 */
export class Session {
  readonly #settings: SessionSettings
  readonly #events: SessionEvents
  readonly #framing: Framing
  readonly #inFlight = new InFlight()
  readonly #clock: AnswerClock
  readonly #guard: Guard
  readonly #link: Link
  readonly #openTimer: NodeJS.Timeout
  readonly #isInFlight = (transaction: number): boolean => this.#inFlight.get(transaction) !== undefined
  #ended: ModbusError | null = null

  /** Starts to connect at once. */
  constructor(settings: SessionSettings, events: SessionEvents) {
    const { transport, connectTimeoutMs, answerTimeoutMs } = settings
    this.#settings = settings
    this.#events = events
    this.#framing = framingOf(transport)
    this.#clock = new AnswerClock(this.#inFlight, answerTimeoutMs, ({ request }) => this.#timeOut(request))
    this.#guard = this.#makeGuard()
    this.#openTimer = setTimeout(() => this.end(new ConnectTimeout(`no connection in ${connectTimeoutMs} ms`)), connectTimeoutMs)
    this.#link = openLink(transport, {
      opened: () => {
        clearTimeout(this.#openTimer)
        if (!this.#ended) events.opened()
      },
      bytes: (bytes) => {
        const problem = this.#ended ? null : this.#guard.push(bytes)
        if (problem) this.end(new WrongAnswer(problem))
      },
      ended: (reason) => this.end(reason)
    })
  }

  /** True while one more request may be sent without overtaking the depth. */
  get hasRoom(): boolean {
    return this.#inFlight.size < this.#settings.depth
  }

  /** Sends one request, for which there must be room; it comes back at the latest after the answer timeout. */
  ask(request: Request): void {
    if (this.#ended || !this.hasRoom) throw new RangeError("more requests than the line bears")
    const { question } = request
    const transaction = this.#framing === "rtu" ? onlyTransaction : this.#settings.transactions.next(this.#isInFlight)
    const encoded = codec.encode(question)
    this.#inFlight.add({ transaction, question, request, encoded, askedAt: performance.now() })
    this.#clock.asked()
    this.#link.write(this.#framing === "rtu" ? encoded.frame : withHeader(transaction, encoded.frame))
  }

  /** Ends the line; everything in flight comes back. The first reason stands. */
  end(reason: ModbusError): void {
    this.#end(reason, null)
  }

  #end(reason: ModbusError, timedOut: Unanswered | null): void {
    if (this.#ended) return
    this.#ended = reason
    clearTimeout(this.#openTimer)
    this.#clock.stop()
    this.#link.destroy()
    const error = timedOut ? new Closed("dropped after another request got no answer") : reason
    const others = this.#inFlight.takeAll().filter(({ request }) => request !== timedOut?.request).map(({ request }) => ({ request, error }))
    this.#events.ended(reason, timedOut ? [timedOut, ...others] : others)
  }

  #timeOut(request: Request): void {
    const error = new AnswerTimeout(`no answer in ${this.#settings.answerTimeoutMs} ms`)
    this.#end(error, { request, error })
  }

  #makeGuard(): Guard {
    const answered = (transaction: number, bytes: Buffer, start: number, end: number): void => this.#answered(transaction, bytes, start, end)
    return this.#framing === "rtu"
      ? new RtuGuard(() => this.#inFlight.get(onlyTransaction)?.question, answered)
      : new MbapGuard(this.#inFlight, answered)
  }

  #answered(transaction: number, bytes: Buffer, start: number, end: number): void {
    const asked = this.#inFlight.get(transaction)
    if (!asked) return // whoever heard an answer of the same burst has ended the line
    const { request, question, encoded } = asked
    const decoded = encoded.decode(bytes, start, end)
    if (typeof decoded === "string") return this.end(new WrongAnswer(decoded))
    if (typeof decoded !== "number" && decoded.length !== question.words) return this.end(new WrongAnswer("answer of wrong length"))
    this.#inFlight.remove(asked)
    if (typeof decoded === "number") this.#events.refused(request, new DeviceException(decoded))
    else this.#events.answered(request, decoded)
  }
}

/** The inside of the library's frame behind a Modbus/TCP header, in place of its CRC. */
const withHeader = (transaction: number, frame: Buffer): Buffer => {
  const length = frame.length - crcLength
  const wire = Buffer.allocUnsafe(headerLength + length)
  wire.writeUInt16BE(transaction, 0)
  wire.writeUInt16BE(0, 2)
  wire.writeUInt16BE(length, 4)
  frame.copy(wire, headerLength, 0, length)
  return wire
}
