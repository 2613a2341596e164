/**
 * The guard of RTU frames. They carry no transaction number and no length, so one question is in flight at a
 * time, and its answer is as long as the question says or an exception of five bytes; every other byte is wrong.
 */
import { crc16 } from "../transport/crc16.ts"
import type { Guard } from "./frame-guard.ts"
import { judgeAnswer, type Answered, type Question } from "./question.ts"

const crcLength = 2
const exceptionLength = 5
const nothing: Buffer = Buffer.alloc(0)

/** The transaction number under which an RTU answer is handed on: there is never more than one. */
export const onlyTransaction = 0

/** Compares a stream of RTU frames with the question in flight. */
export class RtuGuard implements Guard {
  readonly #question: () => Question | undefined
  readonly #answered: Answered
  #rest: Buffer = nothing

  /** `question` gives the question in flight, if there is one. */
  constructor(question: () => Question | undefined, answered: Answered) {
    this.#question = question
    this.#answered = answered
  }

  push(bytes: Buffer): string | null {
    const question = this.#question()
    if (!question) return "bytes came that nobody asked for"
    const frame = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    // Looked at as early as possible: behind a wrong start, the rest of a frame would be awaited until the timeout.
    if (frame[0] !== question.unit) return `unit ${frame[0]} answered for unit ${question.unit}`
    const isException = frame[1] === (question.functionCode | 0x80)
    if (frame.length > 1 && !isException && frame[1] !== question.functionCode) return `function ${frame[1]} answered for ${question.functionCode}`
    const length = isException ? exceptionLength : 3 + question.words * 2 + crcLength
    if (frame.length > length) return `${frame.length - length} bytes stand behind the answer`
    if (frame.length < length) {
      this.#rest = Buffer.from(frame)
      return null
    }
    const end = length - crcLength
    if (crc16(frame, 0, end) !== frame.readUInt16LE(end)) return "the CRC is wrong"
    const problem = judgeAnswer(question, frame, 0, end)
    if (problem) return problem
    this.#rest = nothing
    this.#answered(onlyTransaction, frame, 0, end)
    return null
  }
}
