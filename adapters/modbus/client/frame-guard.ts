/**
 * Looks at every byte a device sends, before modbus-serial does. The library checks neither the protocol id
 * nor whether a length makes sense, and takes an answer for whichever request once had its number; a stray
 * byte therefore shifts the stream for good. The guard names the first thing wrong, and the caller drops the
 * connection.
 */
import { judgeAnswer, type Answered, type Question } from "./question.ts"

const headerLength = 6
const shortestPayload = 3 // unit, function code, exception code
const longestPayload = 254
const nothing: Buffer = Buffer.alloc(0)

/** Cuts a stream into frames and compares each with the question that it claims to answer. */
export interface Guard {
  /**
   * Takes the next bytes; returns what is wrong with the stream, or null. The bytes are copied where they are
   * kept. Answers are handed on only when everything that came in one burst was right.
   */
  push(bytes: Buffer): string | null
}

/** The guard of Modbus/TCP: several questions may be in flight, each under a transaction number. */
export class MbapGuard implements Guard {
  readonly #inFlight: Pick<ReadonlyMap<number, { readonly question: Question }>, "get" | "size">
  readonly #answered: Answered
  #rest: Buffer = nothing

  /** `inFlight` holds what is asked and not yet answered, by transaction number. */
  constructor(inFlight: Pick<ReadonlyMap<number, { readonly question: Question }>, "get" | "size">, answered: Answered) {
    this.#inFlight = inFlight
    this.#answered = answered
  }

  push(bytes: Buffer): string | null {
    const stream = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const starts: number[] = []
    let at = 0
    while (stream.length - at >= headerLength) {
      const length = stream.readUInt16BE(at + 4)
      if (stream.readUInt16BE(at + 2) !== 0) return "protocol id is not 0"
      if (length < shortestPayload || length > longestPayload) return `length ${length} is none of an answer`
      if (stream.length - at < headerLength + length) break
      const problem = this.#judge(stream, at, length, starts)
      if (problem) return problem
      starts.push(at)
      at += headerLength + length
    }
    if (at < stream.length && starts.length >= this.#inFlight.size) return "bytes came that nobody asked for"
    this.#rest = at === stream.length ? nothing : Buffer.from(stream.subarray(at))
    for (const start of starts) {
      this.#answered(stream.readUInt16BE(start), stream, start + headerLength, start + headerLength + stream.readUInt16BE(start + 4))
    }
    return null
  }

  #judge(stream: Buffer, at: number, length: number, before: readonly number[]): string | null {
    const transaction = stream.readUInt16BE(at)
    const question = this.#inFlight.get(transaction)?.question
    // Answers are handed on after this, so one burst could bring the same answer twice.
    if (!question || before.some((start) => stream.readUInt16BE(start) === transaction)) {
      return `transaction ${transaction} was not asked`
    }
    return judgeAnswer(question, stream, at + headerLength, at + headerLength + length)
  }
}
