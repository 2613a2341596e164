import { backoffMs, type BackoffSettings } from "./backoff.ts"
import { BackingOff, type ModbusError } from "./errors.ts"

interface Failing {
  readonly failures: number
  readonly retryAt: number
  readonly cause: ModbusError
}

/** Settings of the waits; all in ms. */
export interface UnitBackoffSettings {
  readonly backoff: BackoffSettings
  /** The shortest wait: how long a late answer of the unit may still be on its way, where nothing else would unmask it. */
  readonly leastMs: number
  readonly random: () => number
}

/**
 * Remembers which units of a line gave no answer, so that a dead meter costs its neighbours one timeout now and
 * then instead of one in every poll. Times are those of performance.now().
 */
export class UnitBackoff {
  readonly #settings: UnitBackoffSettings
  readonly #failing = new Map<number, Failing>()

  constructor(settings: UnitBackoffSettings) {
    this.#settings = settings
  }

  /** The unit answered. */
  answered(unit: number): void {
    if (this.#failing.size > 0) this.#failing.delete(unit)
  }

  /** The unit did not answer; its wait grows. */
  failed(unit: number, cause: ModbusError, now = performance.now()): void {
    const failures = (this.#failing.get(unit)?.failures ?? 0) + 1
    const { backoff, leastMs, random } = this.#settings
    const wait = Math.max(leastMs, backoffMs({ ...backoff, firstMs: Math.max(backoff.firstMs, leastMs) }, failures, random()))
    this.#failing.set(unit, { failures, retryAt: now + wait, cause })
  }

  /** Ms until the unit may be asked again, 0 or less if at once. */
  waitOf(unit: number, now?: number): number {
    // On most lines no unit fails, and then the time is not even looked up.
    const failing = this.#failing.size > 0 ? this.#failing.get(unit) : undefined
    return failing ? failing.retryAt - (now ?? performance.now()) : 0
  }

  /** The error for whoever does not want to wait so long. */
  errorOf(unit: number, waitMs: number): BackingOff {
    return new BackingOff(`unit ${unit} gave no answer; next try in ${Math.ceil(waitMs)} ms`, { cause: this.#failing.get(unit)?.cause })
  }
}
