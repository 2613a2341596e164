import { backoffMs, type BackoffSettings } from "./backoff.ts"
import { BackingOff, Closed, type ModbusError } from "./errors.ts"
import type { Question } from "./frame-guard.ts"
import { Session } from "./session.ts"
import { highestDepth, highestWords } from "../profiles/profile.ts"

/** How to reach one device, or a gateway with several behind it. Times are in ms. */
export interface ConnectionSettings {
  readonly host: string
  readonly port: number
  /** Requests in flight; 1 unless the device is known to bear more, 200 at most. */
  readonly depth?: number
  readonly connectTimeoutMs?: number
  readonly answerTimeoutMs?: number
  readonly silenceAfterConnectMs?: number
  readonly backoff?: BackoffSettings
  /** A request waits at most so long for the next try to connect; else it fails with BackingOff at once. */
  readonly patienceMs?: number
  /** Source of the jitter, in [0, 1). */
  readonly random?: () => number
}

/** Reads registers of one unit of a device. */
export interface UnitReader {
  /**
   * The words at a zero-based address (1 to 125 of them), exactly as many as asked.
   * Rejects with a ModbusError.
   */
  read(functionCode: 3 | 4, address: number, words: number): Promise<readonly number[]>
}

interface Waiting {
  readonly question: Question
  readonly resolve: (words: readonly number[]) => void
  readonly reject: (error: ModbusError) => void
}

/**
 * A connection that is kept: it connects when first asked, is dropped after a timeout or a wrong byte, and
 * comes back by itself with growing waits. Every request settles.
 */
export class ModbusConnection {
  readonly #settings: Required<ConnectionSettings>
  readonly #waiting: Waiting[] = []
  #session: Session | null = null
  #isReady = false
  #timer: NodeJS.Timeout | null = null
  #failures = 0
  #retryAt = 0
  #lastFailure: ModbusError | null = null
  #isClosed = false

  constructor(settings: ConnectionSettings) {
    this.#settings = {
      depth: 1, connectTimeoutMs: 3_000, answerTimeoutMs: 1_000, silenceAfterConnectMs: 0,
      backoff: { firstMs: 50, highestMs: 5_000 }, patienceMs: 250, random: Math.random, ...settings
    }
    const { depth } = this.#settings
    if (!Number.isInteger(depth) || depth < 1 || depth > highestDepth) {
      throw new RangeError(`depth must be an integer from 1 to ${highestDepth}`)
    }
  }

  /** The reader of one unit id, 0 to 255. Several units may share the connection. */
  forUnit(unit: number): UnitReader {
    if (!Number.isInteger(unit) || unit < 0 || unit > 255) throw new RangeError(`unit ${unit} is not 0 to 255`)
    return { read: (functionCode, address, words) => this.#read({ unit, functionCode, address, words }) }
  }

  /** Drops the TCP connection; the next request opens a new one. For devices that answer "busy". */
  drop(): void {
    this.#session?.end(new Closed("dropped for a fresh connection"))
  }

  /** Ends for good. Every request in flight or waiting is rejected with Closed. */
  close(): void {
    this.#isClosed = true
    const reason = new Closed("closed by this side")
    this.#session?.end(reason)
    this.#stopTimer()
    this.#rejectWaiting(reason)
  }

  #read(question: Question): Promise<readonly number[]> {
    if (question.words < 1 || question.words > highestWords) {
      throw new RangeError(`${question.words} words: one request reads 1 to ${highestWords}`)
    }
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Closed("closed by this side"))
      this.#waiting.push({ question, resolve, reject })
      this.#advance()
    })
  }

  /** Does whatever is due next: open, or send as much as there is room for. */
  #advance(): void {
    if (this.#waiting.length === 0 || this.#isClosed || this.#timer) return
    if (!this.#session) return this.#openWhenDue()
    while (this.#session && this.#isReady && this.#session.hasRoom(this.#settings.depth)) {
      const next = this.#waiting.shift()
      if (!next) return
      this.#ask(this.#session, next)
    }
  }

  #ask(session: Session, { question, resolve, reject }: Waiting): void {
    session.ask(question).then(
      (words) => {
        this.#failures = 0
        resolve(words)
      },
      (error: ModbusError) => reject(error)
    ).finally(() => this.#advance())
  }

  #openWhenDue(): void {
    const wait = this.#retryAt - performance.now()
    if (wait > this.#settings.patienceMs) {
      return this.#rejectWaiting(new BackingOff(`next try to connect in ${Math.ceil(wait)} ms`, { cause: this.#lastFailure }))
    }
    if (wait > 0) return this.#later(wait, () => this.#open())
    this.#open()
  }

  #open(): void {
    const session = new Session(this.#settings, (reason) => this.#ended(session, reason))
    this.#session = session
    this.#isReady = false
    session.opened.then(() => this.#later(this.#settings.silenceAfterConnectMs, () => {
      this.#isReady = true
      this.#advance()
    }), () => {})
  }

  #ended(session: Session, reason: ModbusError): void {
    if (this.#session !== session) return
    const wasReady = this.#isReady
    this.#session = null
    this.#isReady = false
    this.#stopTimer()
    if (this.#isClosed) return
    this.#failures += 1
    this.#lastFailure = reason
    this.#retryAt = performance.now() + backoffMs(this.#settings.backoff, this.#failures, this.#settings.random())
    // Whoever waited for this very connect learns why it failed; whoever waited behind others gets the next one.
    if (!wasReady) this.#rejectWaiting(reason)
    this.#advance()
  }

  #rejectWaiting(reason: ModbusError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason)
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
