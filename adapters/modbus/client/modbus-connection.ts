import { highestWords } from "../profiles/profile.ts"
import { framingOf, silenceBetweenFramesMs } from "../transport/transport.ts"
import { backoffMs } from "./backoff.ts"
import { completeSettings, type CompleteSettings, type ConnectionSettings } from "./connection-settings.ts"
import { BackingOff, Closed, type DeviceException, type ModbusError } from "./errors.ts"
import type { Question, Request } from "./question.ts"
import { RequestQueue } from "./request-queue.ts"
import { Session, type Unanswered } from "./session.ts"
import { TransactionNumbers } from "./transaction-numbers.ts"
import { promised } from "./waiter.ts"

export type { ConnectionSettings } from "./connection-settings.ts"

/** Reads registers of one unit of a device. */
export interface UnitReader {
  /**
   * The words at a zero-based address (1 to 125 of them), exactly as many as asked.
   * Rejects with a ModbusError.
   */
  read(functionCode: 3 | 4, address: number, words: number): Promise<readonly number[]>
}

/** A unit behind a connection. Besides giving promises it calls back, for those who poll thousands. */
export interface ConnectedUnit extends UnitReader {
  readonly unit: number
  /** Asks a question, which must be to this unit; the request is rejected with what `read` rejects with. */
  ask(request: Request): void
}

const highestAddress = 65_535

const checkQuestion = ({ address, words }: Question): void => {
  if (!(words >= 1 && words <= highestWords)) throw new RangeError(`${words} words: one request reads 1 to ${highestWords}`)
  if (!(address >= 0 && address <= highestAddress)) throw new RangeError(`address ${address} is not 0 to ${highestAddress}`)
}

/**
 * A connection that is kept: it connects when first asked, is dropped after a timeout or a wrong byte, and
 * comes back by itself with growing waits. Units that share it take turns, and one that gives no answer is
 * left alone for a while. Every request settles.
 *
 * Whoever is told an outcome may ask again before the call returns, or close the connection; so each method first
 * brings its own state in order and tells then.
 */
export class ModbusConnection {
  readonly #settings: CompleteSettings
  readonly #silenceBetweenMs: number
  readonly #waiting: RequestQueue
  readonly #transactions: TransactionNumbers
  #session: Session | null = null
  #state: "closed" | "opening" | "silent" | "ready" = "closed"
  #timer: NodeJS.Timeout | null = null
  #failures = 0
  #retryAt = 0
  #lastFailure: ModbusError | null = null
  #isClosed = false

  /** Connects at the first request. Throws RangeError for settings that can never work. */
  constructor(settings: ConnectionSettings) {
    this.#settings = completeSettings(settings)
    this.#silenceBetweenMs = Math.ceil(silenceBetweenFramesMs(this.#settings))
    const { backoff, random, answerTimeoutMs, patienceMs } = this.#settings
    this.#transactions = new TransactionNumbers(random())
    const leastMs = framingOf(this.#settings) === "rtu" ? answerTimeoutMs : 0
    this.#waiting = new RequestQueue({ backoff, random, patienceMs, leastMs }, () => this.#advance())
  }

  /** One unit by its id, 0 to 255. Several units may share the connection. */
  forUnit(unit: number): ConnectedUnit {
    if (!Number.isInteger(unit) || unit < 0 || unit > 255) throw new RangeError(`unit ${unit} is not 0 to 255`)
    const ask = (request: Request): void => this.#ask(request)
    return {
      unit, ask,
      read: (functionCode, address, words) => {
        const question = { unit, functionCode, address, words }
        checkQuestion(question)
        return promised((waiter) => ask({ question, ...waiter }))
      }
    }
  }

  /** True after `close`. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Drops the line; the next request opens a new one. For devices that answer "busy". */
  drop(): void {
    this.#session?.end(new Closed("dropped for a fresh connection"))
  }

  /** Ends for good. Every request in flight or waiting is rejected with Closed. */
  close(): void {
    this.#isClosed = true
    const reason = new Closed("closed by this side")
    this.#session?.end(reason)
    this.#stopTimer()
    this.#waiting.rejectAll(reason)
  }

  #ask(request: Request): void {
    checkQuestion(request.question)
    if (this.#isClosed) return request.reject(new Closed("closed by this side"))
    if (!this.#waiting.admit(request)) return
    if (this.#waiting.length === 0 && this.#mayAsk()) return this.#session!.ask(request)
    this.#waiting.push(request)
    this.#advance()
  }

  #mayAsk(): boolean {
    return this.#state === "ready" && !this.#timer && this.#session !== null && this.#session.hasRoom
  }

  /** Does whatever is due next: open, or send as much as there is room for. */
  #advance(): void {
    if (this.#waiting.length === 0 || this.#isClosed || this.#timer) return
    if (this.#state === "closed") return this.#openWhenDue()
    while (this.#mayAsk()) {
      const next = this.#waiting.shift()
      if (!next) return
      this.#session!.ask(next)
    }
  }

  #openWhenDue(): void {
    const wait = this.#retryAt - performance.now()
    if (wait > this.#settings.patienceMs) {
      return this.#waiting.rejectDue(new BackingOff(`next try to connect in ${Math.ceil(wait)} ms`, { cause: this.#lastFailure }))
    }
    this.#later(wait, () => this.#enterGate())
  }

  #enterGate(): void {
    this.#state = "opening"
    this.#settings.gate.enter(() => {
      if (!this.#isClosed) return this.#open()
      this.#state = "closed"
      this.#settings.gate.leave()
    })
  }

  #open(): void {
    const { depth, connectTimeoutMs, answerTimeoutMs } = this.#settings
    this.#session = new Session({ transport: this.#settings, depth, connectTimeoutMs, answerTimeoutMs, transactions: this.#transactions }, {
      opened: () => this.#opened(),
      answered: (request, words) => this.#answered(request, words),
      refused: (request, error) => this.#refused(request, error),
      ended: (reason, unanswered) => this.#ended(reason, unanswered)
    })
  }

  #opened(): void {
    this.#settings.gate.leave()
    this.#state = "silent"
    this.#later(Math.max(this.#settings.silenceAfterConnectMs, this.#silenceBetweenMs), () => {
      this.#state = "ready"
      this.#advance()
    })
  }

  #answered(request: Request, words: readonly number[]): void {
    this.#failures = 0
    this.#waiting.answered(request.question.unit)
    this.#pause()
    request.resolve(words)
    this.#advance()
  }

  #refused(request: Request, error: DeviceException): void {
    this.#waiting.answered(request.question.unit, error)
    this.#pause()
    request.reject(error)
    this.#advance()
  }

  #ended(reason: ModbusError, unanswered: readonly Unanswered[]): void {
    const before = this.#state
    if (before === "opening") this.#settings.gate.leave()
    this.#session = null
    this.#state = "closed"
    this.#stopTimer()
    if (!this.#isClosed) {
      this.#failures += 1
      this.#lastFailure = reason
      this.#retryAt = performance.now() + backoffMs(this.#settings.backoff, this.#failures, this.#settings.random())
    }
    for (const { request, error } of unanswered) this.#waiting.giveBack(request, error)
    // Whoever waited for this very connect learns why it failed; whoever waited behind others gets the next one.
    if (before !== "ready") this.#waiting.rejectDue(reason)
    this.#advance()
  }

  /** On a bus a frame needs silence before it, whoever asks. */
  #pause(): void {
    if (this.#silenceBetweenMs > 0) this.#later(this.#silenceBetweenMs, () => this.#advance())
  }

  #later(delayMs: number, action: () => void): void {
    if (delayMs <= 0) return action()
    this.#timer = setTimeout(() => {
      this.#timer = null
      action()
    }, delayMs)
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}
