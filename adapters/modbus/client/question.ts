import type { Waiter } from "./waiter.ts"

/** What is asked of one unit: so many words from a zero-based address. */
export interface Question {
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: number
}

/** A question and who waits for its words, or for the ModbusError in their place. */
export interface Request extends Waiter<readonly number[]> {
  readonly question: Question
}

/** A frame that has passed its guard: unit, function code and data stand from `start` up to `end` of `bytes`. */
export type Answered = (transaction: number, bytes: Buffer, start: number, end: number) => void

/**
 * What is wrong with an answer (from its unit id up to the end of its data) to a question, or null.
 * Both framings share it: beyond their envelopes, Modbus/TCP and RTU say the same.
 */
export const judgeAnswer = (question: Question, bytes: Buffer, start: number, end: number): string | null => {
  const { unit, functionCode, words } = question
  if (bytes[start] !== unit) return `unit ${bytes[start]} answered for unit ${unit}`
  const code = bytes[start + 1]!
  if (code === (functionCode | 0x80)) return end - start === 3 ? null : "exception of wrong length"
  if (code !== functionCode) return `function ${code} answered for ${functionCode}`
  if (bytes[start + 2] !== words * 2 || end - start !== 3 + words * 2) return `answer is not ${words} words long`
  return null
}
