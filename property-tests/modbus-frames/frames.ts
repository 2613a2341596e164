/** Right answers to questions, built here by the letter of the specification and not by the code under test. */
import type { Random } from "./random.ts"

export type Envelope = "mbap" | "rtu"

/** A question and the envelope in which its answer travels. */
export interface Asked {
  readonly envelope: Envelope
  readonly transaction: number
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: number
}

/** CRC-16 of RTU frames, bit by bit (Modbus over Serial Line 6.2.2). */
export const crcBitByBit = (bytes: Uint8Array): number => {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

const wrap = ({ envelope, transaction }: Asked, payload: readonly number[]): Buffer => {
  if (envelope === "mbap") return Buffer.from([transaction >> 8, transaction & 255, 0, 0, payload.length >> 8, payload.length & 255, ...payload])
  const crc = crcBitByBit(Uint8Array.from(payload))
  return Buffer.from([...payload, crc & 255, crc >> 8])
}

/** A question as a poller may ask it; short ones are more frequent, because their frames are hit everywhere. */
export const askAnything = (random: Random, envelope: Envelope): Asked => ({
  envelope, transaction: envelope === "rtu" ? 0 : random.below(65_536), unit: random.below(256),
  functionCode: random.below(2) === 0 ? 3 : 4, address: random.below(65_000), words: random.below(4) === 0 ? 1 + random.below(125) : 1 + random.below(8)
})

/** The frame that answers with random words. */
export const answerTo = (asked: Asked, random: Random): Buffer => {
  const data = Array.from({ length: asked.words * 2 }, () => random.below(256))
  return wrap(asked, [asked.unit, asked.functionCode, asked.words * 2, ...data])
}

/** The frame that refuses. */
export const refusalOf = (asked: Asked, random: Random): Buffer =>
  wrap(asked, [asked.unit, asked.functionCode | 0x80, 1 + random.below(11)])

/** What a stream is: the one right answer to a question with these words, its refusal, or something broken and where. */
export type Verdict =
  | { readonly kind: "answer"; readonly words: readonly number[] }
  | { readonly kind: "refusal"; readonly code: number }
  | { readonly kind: "broken"; readonly at: "header" | "length" | "unit" | "function" | "byte count" | "CRC" }

const judgePayload = ({ unit, functionCode, words }: Asked, payload: Buffer): Verdict => {
  if (payload[0] !== unit) return { kind: "broken", at: "unit" }
  if (payload[1] === functionCode + 128) return payload.length === 3 ? { kind: "refusal", code: payload[2]! } : { kind: "broken", at: "length" }
  if (payload[1] !== functionCode) return { kind: "broken", at: "function" }
  if (payload[2] !== 2 * words) return { kind: "broken", at: "byte count" }
  if (payload.length !== 3 + 2 * words) return { kind: "broken", at: "length" }
  return { kind: "answer", words: Array.from({ length: words }, (_, index) => payload[3 + 2 * index]! * 256 + payload[4 + 2 * index]!) }
}

/** Judges a whole stream by the specification. One question was asked, so one frame and nothing else is right. */
export const judgeStream = (asked: Asked, stream: Buffer): Verdict => {
  if (asked.envelope === "rtu") {
    if (stream.length < 5) return { kind: "broken", at: "length" }
    const payload = stream.subarray(0, -2)
    const verdict = judgePayload(asked, payload)
    if (verdict.kind === "broken") return verdict
    const crc = crcBitByBit(payload)
    return stream[stream.length - 2] === (crc & 255) && stream[stream.length - 1] === crc >> 8 ? verdict : { kind: "broken", at: "CRC" }
  }
  if (stream.length < 9) return { kind: "broken", at: "length" }
  if (stream[0]! * 256 + stream[1]! !== asked.transaction || stream[2] !== 0 || stream[3] !== 0) return { kind: "broken", at: "header" }
  if (stream[4]! * 256 + stream[5]! !== stream.length - 6) return { kind: "broken", at: "length" }
  return judgePayload(asked, stream.subarray(6))
}
