/**
 * Looks at every byte a device sends, before modbus-serial does. The library checks neither the protocol id
 * nor whether a length makes sense, and takes an answer for whichever request once had its number; a stray
 * byte therefore shifts the stream for good. The guard names the first thing wrong, and the caller drops the
 * connection.
 */

/** What was asked under one transaction number. */
export interface Question {
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: number
}

const headerLength = 6
const shortestPayload = 3 // unit, function code, exception code
const longestPayload = 254

/** Cuts a stream into Modbus/TCP frames and compares each with the question that it claims to answer. */
export class FrameGuard {
  readonly #questionOf: (transaction: number) => Question | undefined
  readonly #answered = new Set<number>()
  #rest: Buffer = Buffer.alloc(0)

  /** `questionOf` gives the question in flight under a transaction number, if there is one. */
  constructor(questionOf: (transaction: number) => Question | undefined) {
    this.#questionOf = questionOf
  }

  /** Takes the next bytes; returns what is wrong with the stream, or null. */
  push(bytes: Buffer): string | null {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    this.#answered.clear()
    while (this.#rest.length >= headerLength) {
      const length = this.#rest.readUInt16BE(4)
      if (this.#rest.readUInt16BE(2) !== 0) return "protocol id is not 0"
      if (length < shortestPayload || length > longestPayload) return `length ${length} is none of an answer`
      if (this.#rest.length < headerLength + length) return null
      const problem = this.#judge(this.#rest.readUInt16BE(0), this.#rest.subarray(headerLength, headerLength + length))
      if (problem) return problem
      this.#rest = this.#rest.subarray(headerLength + length)
    }
    return null
  }

  #judge(transaction: number, payload: Buffer): string | null {
    const question = this.#questionOf(transaction)
    // The caller settles after this call, so one burst could bring the same answer twice.
    if (!question || this.#answered.has(transaction)) return `transaction ${transaction} was not asked`
    this.#answered.add(transaction)
    if (payload[0] !== question.unit) return `unit ${payload[0]} answered for unit ${question.unit}`
    if (payload[1] === (question.functionCode | 0x80)) return payload.length === 3 ? null : "exception of wrong length"
    if (payload[1] !== question.functionCode) return `function ${payload[1]} answered for ${question.functionCode}`
    const bytes = question.words * 2
    if (payload[2] !== bytes || payload.length !== 3 + bytes) return `answer is not ${question.words} words long`
    return null
  }
}
