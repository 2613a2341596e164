import type { Asked, InFlight } from "./in-flight.ts"

/**
 * Watches how long the requests of one line have waited, with one timer for all of them. The timer is not set anew
 * for each request: when it fires it looks at the oldest, and sleeps again for what is left of its time. A line
 * that answers quickly thus costs one timer a second instead of one for each question.
 */
export class AnswerClock {
  readonly #inFlight: InFlight
  readonly #answerTimeoutMs: number
  readonly #timedOut: (asked: Asked) => void
  #timer: NodeJS.Timeout | null = null
  #isStopped = false

  /** `timedOut` gets a request that has waited `answerTimeoutMs`. */
  constructor(inFlight: InFlight, answerTimeoutMs: number, timedOut: (asked: Asked) => void) {
    this.#inFlight = inFlight
    this.#answerTimeoutMs = answerTimeoutMs
    this.#timedOut = timedOut
  }

  /** To be called after each request that went on the line. */
  asked(): void {
    if (!this.#timer) this.#sleep(this.#answerTimeoutMs)
  }

  /** Never fires again. */
  stop(): void {
    this.#isStopped = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #sleep(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms)
  }

  #look(): void {
    const { oldest } = this.#inFlight
    if (!oldest) {
      this.#timer = null
      return
    }
    const left = oldest.askedAt + this.#answerTimeoutMs - performance.now()
    if (left > 0) return this.#sleep(Math.ceil(left))
    // Where this process was busy, an answer may have come in time and still lie unread when the timer fires: the
    // next turn of the event loop reads it first.
    setImmediate(() => this.#lookAgain(oldest))
  }

  #lookAgain(overdue: Asked): void {
    if (this.#isStopped) return
    if (this.#inFlight.oldest === overdue) this.#timedOut(overdue)
    else this.#look()
  }
}
