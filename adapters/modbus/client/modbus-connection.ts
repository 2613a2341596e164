import { highestWords } from "../profiles/profile.ts"
import { framingOf, silenceBetweenFramesMs } from "../transport/transport.ts"
import { backoffMs } from "./backoff.ts"
import { completeSettings, type CompleteSettings, type ConnectionSettings } from "./connection-settings.ts"
import { AnswerTimeout, BackingOff, Closed, DeviceException, type ModbusError } from "./errors.ts"
import { FairQueue } from "./fair-queue.ts"
import type { Question } from "./question.ts"
import { Session, type Request } from "./session.ts"
import { UnitBackoff } from "./unit-backoff.ts"

export type { ConnectionSettings } from "./connection-settings.ts"

/** Reads registers of one unit of a device. */
export interface UnitReader {
  /**
   * The words at a zero-based address (1 to 125 of them), exactly as many as asked.
   * Rejects with a ModbusError.
   */
  read(functionCode: 3 | 4, address: number, words: number): Promise<readonly number[]>
}

const gatewayTargetFailed = 11

/**
 * A connection that is kept: it connects when first asked, is dropped after a timeout or a wrong byte, and
 * comes back by itself with growing waits. Units that share it take turns, and one that gives no answer is
 * left alone for a while. Every request settles.
 */
export class ModbusConnection {
  readonly #settings: CompleteSettings
  readonly #silenceBetweenMs: number
  readonly #units: UnitBackoff
  readonly #waiting = new FairQueue<Request>(({ question }) => question.unit)
  /** Requests that wait for their unit's next try. */
  readonly #delayed = new Map<Request, NodeJS.Timeout>()
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
    const { backoff, random, answerTimeoutMs } = this.#settings
    this.#units = new UnitBackoff({ backoff, random, leastMs: framingOf(this.#settings) === "rtu" ? answerTimeoutMs : 0 })
  }

  /** The reader of one unit id, 0 to 255. Several units may share the connection. */
  forUnit(unit: number): UnitReader {
    if (!Number.isInteger(unit) || unit < 0 || unit > 255) throw new RangeError(`unit ${unit} is not 0 to 255`)
    return { read: (functionCode, address, words) => this.#read({ unit, functionCode, address, words }) }
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
    this.#rejectWaiting(reason)
    for (const [request, timer] of this.#delayed) {
      clearTimeout(timer)
      request.reject(reason)
    }
    this.#delayed.clear()
  }

  #read(question: Question): Promise<readonly number[]> {
    if (question.words < 1 || question.words > highestWords) {
      throw new RangeError(`${question.words} words: one request reads 1 to ${highestWords}`)
    }
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Closed("closed by this side"))
      const { unit } = question
      this.#admit({
        question,
        resolve: (words) => {
          this.#failures = 0
          this.#units.answered(unit)
          resolve(words)
        },
        reject: (error) => {
          this.#noteFailure(unit, error)
          reject(error)
        }
      })
    })
  }

  /** Queues a request, after its unit's wait if it has one that is short enough. */
  #admit(request: Request): void {
    const { unit } = request.question
    const wait = this.#units.waitOf(unit, performance.now())
    if (wait > this.#settings.patienceMs) return request.reject(this.#units.errorOf(unit, wait))
    if (wait > 0) {
      this.#delayed.set(request, setTimeout(() => {
        this.#delayed.delete(request)
        this.#admit(request)
      }, Math.ceil(wait)))
      return
    }
    this.#waiting.push(request)
    this.#advance()
  }

  /** A unit that gave no answer keeps nobody waiting again: what else was asked of it fails with the same reason. */
  #noteFailure(unit: number, error: ModbusError): void {
    if (error instanceof DeviceException && error.code !== gatewayTargetFailed) this.#units.answered(unit)
    if (error instanceof DeviceException && error.code === gatewayTargetFailed) this.#units.failed(unit, error, performance.now())
    if (!(error instanceof AnswerTimeout)) return
    const now = performance.now()
    this.#units.failed(unit, error, now)
    const reason = this.#units.errorOf(unit, this.#units.waitOf(unit, now))
    for (const request of this.#waiting.takeUnit(unit)) request.reject(reason)
  }

  /** Does whatever is due next: open, or send as much as there is room for. */
  #advance(): void {
    if (this.#waiting.length === 0 || this.#isClosed || this.#timer) return
    if (this.#state === "closed") return this.#openWhenDue()
    while (this.#session && this.#state === "ready" && !this.#timer && this.#session.hasRoom) {
      const next = this.#waiting.shift()
      if (!next) return
      this.#session.ask(next)
    }
  }

  #openWhenDue(): void {
    const wait = this.#retryAt - performance.now()
    if (wait > this.#settings.patienceMs) {
      return this.#rejectWaiting(new BackingOff(`next try to connect in ${Math.ceil(wait)} ms`, { cause: this.#lastFailure }))
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
    this.#session = new Session({ transport: this.#settings, depth, connectTimeoutMs, answerTimeoutMs }, {
      opened: () => this.#opened(),
      settled: () => (this.#silenceBetweenMs > 0 ? this.#later(this.#silenceBetweenMs, () => this.#advance()) : this.#advance()),
      ended: (reason) => this.#ended(reason)
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

  #ended(reason: ModbusError): void {
    const before = this.#state
    if (before === "opening") this.#settings.gate.leave()
    this.#session = null
    this.#state = "closed"
    this.#stopTimer()
    if (this.#isClosed) return
    this.#failures += 1
    this.#lastFailure = reason
    this.#retryAt = performance.now() + backoffMs(this.#settings.backoff, this.#failures, this.#settings.random())
    // Whoever waited for this very connect learns why it failed; whoever waited behind others gets the next one.
    if (before !== "ready") this.#rejectWaiting(reason)
    this.#advance()
  }

  #rejectWaiting(reason: ModbusError): void {
    for (const { reject } of this.#waiting.takeAll()) reject(reason)
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
