import { bytes, decode, encode, list, struct, unsigned } from "../../../engine/core/quantity/codec.ts"

/** One answer of a device as it came. */
export interface RawAnswer {
  readonly functionCode: number
  readonly address: number
  readonly words: readonly number[]
}

const rawAnswers = list(struct({ functionCode: unsigned, address: unsigned, words: bytes }))

/** Canonical bytes of a device's answers, as they go into the signed batch: words big-endian, two bytes each. */
export const packRawWords = (answers: ReadonlyArray<RawAnswer>): Uint8Array =>
  encode(rawAnswers, answers.map(({ functionCode, address, words }) => {
    const packed = new Uint8Array(words.length * 2)
    const view = new DataView(packed.buffer)
    for (const [index, word] of words.entries()) view.setUint16(index * 2, word)
    return { functionCode, address, words: packed }
  }))

/** The answers of {@link packRawWords}; throws NotCanonical on anything else. */
export const unpackRawWords = (packed: Uint8Array): Array<RawAnswer> =>
  decode(rawAnswers, packed).map(({ functionCode, address, words }) => {
    const view = new DataView(words.buffer, words.byteOffset, words.byteLength)
    return { functionCode, address, words: Array.from({ length: words.length >> 1 }, (_, index) => view.getUint16(index * 2)) }
  })
