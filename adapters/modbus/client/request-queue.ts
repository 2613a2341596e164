import { AnswerTimeout, DeviceException, type ModbusError } from "./errors.ts"
import { FairQueue } from "./fair-queue.ts"
import type { Request } from "./question.ts"
import { UnitBackoff, type UnitBackoffSettings } from "./unit-backoff.ts"

/** Settings of a queue; times in ms. */
export interface RequestQueueSettings extends UnitBackoffSettings {
  /** A request waits at most so long for its unit's next try. */
  readonly patienceMs: number
}

const gatewayTargetFailed = 11

/**
 * Requests of one line that are not sent yet. Units take turns, and one that gives no answer is left alone for a
 * while: what is asked of it waits for its next try, or fails at once where that is too far away.
 */
export class RequestQueue {
  readonly #patienceMs: number
  readonly #units: UnitBackoff
  readonly #due = new FairQueue<Request>(({ question }) => question.unit)
  /** Requests that wait for their unit's next try. */
  readonly #delayed = new Map<Request, NodeJS.Timeout>()
  readonly #becameDue: () => void

  /** `becameDue` is called when a request may be sent that had to wait before. */
  constructor(settings: RequestQueueSettings, becameDue: () => void) {
    this.#patienceMs = settings.patienceMs
    this.#units = new UnitBackoff(settings)
    this.#becameDue = becameDue
  }

  /** How many requests may be sent now. */
  get length(): number {
    return this.#due.length
  }

  /** True if the request may be sent by now; it then still has to be pushed, or sent. Else it waits or was rejected. */
  admit(request: Request): boolean {
    const { unit } = request.question
    const wait = this.#units.waitOf(unit)
    if (wait <= 0) return true
    if (wait > this.#patienceMs) request.reject(this.#units.errorOf(unit, wait))
    else this.#delayed.set(request, setTimeout(() => this.#admitLater(request), Math.ceil(wait)))
    return false
  }

  push(request: Request): void {
    this.#due.push(request)
  }

  /** The request whose turn it is. */
  shift(): Request | undefined {
    return this.#due.shift()
  }

  /** The unit answered, with words or with an exception; one exception says that it is silent behind its gateway. */
  answered(unit: number, exception?: DeviceException): void {
    if (exception?.code === gatewayTargetFailed) this.#units.failed(unit, exception)
    else this.#units.answered(unit)
  }

  /**
   * Gives a request back that came to nothing. A unit that gave no answer keeps nobody waiting again: what else was
   * asked of it fails for the same reason.
   */
  giveBack(request: Request, error: ModbusError): void {
    if (!(error instanceof AnswerTimeout)) return request.reject(error)
    const { unit } = request.question
    this.#units.failed(unit, error)
    const alike = this.#due.takeUnit(unit)
    request.reject(error)
    const reason = this.#units.errorOf(unit, this.#units.waitOf(unit))
    for (const other of alike) other.reject(reason)
  }

  /** Rejects what may be sent now. */
  rejectDue(reason: ModbusError): void {
    for (const request of this.#due.takeAll()) request.reject(reason)
  }

  /** Rejects everything. */
  rejectAll(reason: ModbusError): void {
    this.rejectDue(reason)
    for (const [request, timer] of this.#delayed) {
      clearTimeout(timer)
      this.#delayed.delete(request)
      request.reject(reason)
    }
  }

  #admitLater(request: Request): void {
    this.#delayed.delete(request)
    if (!this.admit(request)) return
    this.push(request)
    this.#becameDue()
  }
}
