import { DeviceException } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"

type Outcome = { readonly words: readonly number[] } | { readonly error: unknown }

/** A question that this device left unanswered is not asked again in one recognition, nor are many others like it. */
const mostSilences = 4

/**
 * Asks each question once, however many profiles want to know the same words. After some questions without an
 * answer it gives up, since every further one would cost a timeout.
 */
export class RememberingReader implements UnitReader {
  readonly #unit: UnitReader
  readonly #known = new Map<string, Outcome>()
  #silences = 0

  constructor(unit: UnitReader) {
    this.#unit = unit
  }

  /** Whether questions are no longer passed on, because too many had no answer. */
  get hasGivenUp(): boolean {
    return this.#silences >= mostSilences
  }

  async read(functionCode: 3 | 4, address: number, words: number): Promise<readonly number[]> {
    const key = `${functionCode}/${address}/${words}`
    const outcome = this.#known.get(key) ?? await this.#ask(functionCode, address, words)
    this.#known.set(key, outcome)
    if ("error" in outcome) throw outcome.error
    return outcome.words
  }

  async #ask(functionCode: 3 | 4, address: number, words: number): Promise<Outcome> {
    if (this.hasGivenUp) return { error: new DeviceException(2) }
    try {
      return { words: await this.#unit.read(functionCode, address, words) }
    } catch (error) {
      if (!(error instanceof DeviceException)) this.#silences += 1
      return { error }
    }
  }
}
