import type { EncodedQuestion } from "./library-codec.ts"
import type { Question, Request } from "./question.ts"

/** A request that is on the line. */
export interface Asked {
  readonly transaction: number
  readonly question: Question
  readonly request: Request
  readonly encoded: EncodedQuestion
  /** When it was asked, in ms of performance.now(). */
  readonly askedAt: number
}

/**
 * What was asked on one line and is not answered yet, oldest first. There are so few (1 on most lines) that a look
 * at each finds a transaction number faster, and in less memory, than a table.
 */
export class InFlight {
  readonly #asked: Asked[] = []

  get size(): number {
    return this.#asked.length
  }

  /** The request that has waited longest. */
  get oldest(): Asked | undefined {
    return this.#asked[0]
  }

  /** What was asked under this number. */
  get(transaction: number): Asked | undefined {
    for (const asked of this.#asked) if (asked.transaction === transaction) return asked
    return undefined
  }

  add(asked: Asked): void {
    this.#asked.push(asked)
  }

  remove(asked: Asked): void {
    const place = this.#asked.indexOf(asked)
    if (place === 0) this.#asked.shift()
    else if (place > 0) this.#asked.splice(place, 1)
  }

  /** Takes out everything, in order. */
  takeAll(): readonly Asked[] {
    return this.#asked.splice(0)
  }
}
