/** Finds for each answer of a conversation the question that it belongs to, and so the place of its words. */
import type { Message } from "./modbus-frame.ts"

/** Words of one unit as one answer showed them. */
export interface CapturedAnswer {
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: readonly number[]
  readonly atMs: number | null
}

/** What a capture held, for a message to the one who reads it. */
export interface Tally {
  requests: number
  answers: number
  refusals: number
  /** Answers that belong to no question that was captured: nobody knows the place of their words. */
  unmatched: number
}

/** A tally of nothing yet. */
export const emptyTally = (): Tally => ({ requests: 0, answers: 0, refusals: 0, unmatched: 0 })

/** Adds what another tally counted. */
export const addTally = (tally: Tally, { requests, answers, refusals, unmatched }: Tally): void => {
  tally.requests += requests
  tally.answers += answers
  tally.refusals += refusals
  tally.unmatched += unmatched
}

/** Names the registers that an answer shows: a later answer with the same name shows them again. */
export const placeOf = ({ unit, functionCode, address, words }: CapturedAnswer): string => `${unit}/${functionCode}/${address}/${words.length}`

type Request = Extract<Message, { readonly kind: "request" }>

/** Questions without an answer that are remembered; beyond them, all are forgotten: they were never answered. */
const mostPending = 4_096

/**
 * One conversation. Over TCP, with numbers or without (RTU, where all have the same), an answer belongs to the question of the same number, unit and function that asked for as
 * many words; where two such questions are open at different places (a client that gives all the same number), nobody
 * knows which, and the answer is left out. On a serial line only the last question can be answered.
 */
export class Conversation {
  readonly #open = new Map<string, Request[]>()
  readonly #tally: Tally
  readonly #isSerial: boolean
  #count = 0

  constructor(tally: Tally, isSerial: boolean) {
    this.#tally = tally
    this.#isSerial = isSerial
  }

  /** Takes the next message; gives the words and their place where it is an answer to a known question. */
  add(transaction: number, message: Message, atMs: number | null): CapturedAnswer | null {
    if (message.kind === "other") return null
    const key = `${transaction}/${message.unit}/${message.functionCode}`
    if (message.kind === "request") return this.#ask(key, message)
    const asked = this.#open.get(key) ?? []
    this.#open.delete(key)
    if (message.kind === "refusal") {
      this.#tally.refusals++
      return null
    }
    const fitting = asked.filter(({ words }) => words === message.words.length)
    const request = fitting.at(-1)
    if (!request || fitting.some(({ address }) => address !== request.address)) {
      this.#tally.unmatched++
      return null
    }
    this.#tally.answers++
    return { unit: message.unit, functionCode: message.functionCode, address: request.address, words: message.words, atMs }
  }

  /** What was asked before can no longer be answered for sure. */
  forget(): void {
    this.#open.clear()
  }

  #ask(key: string, request: Request): null {
    this.#tally.requests++
    this.#count++
    if (this.#isSerial || this.#count > mostPending) {
      this.#open.clear()
      this.#count = 1
    }
    this.#open.set(key, [...(this.#open.get(key) ?? []).slice(-7), request])
    return null
  }
}
