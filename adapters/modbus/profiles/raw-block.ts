import type { Fraction } from "./decimal.ts"
import { exactValue, scaleFactorOf, ValueRefused } from "./decode.ts"
import type { Register } from "./profile.ts"

/** Words that must come from one answer: a register, or a register and its scale factor. */
export interface Span {
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: number
}

/** One answer of a device as it came, kept as evidence beside the decoded value. */
export interface RawBlock {
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: readonly number[]
}

/** A register together with its scale factor: read apart, the factor could change in between. */
export const spanOf = (register: Register): Span => {
  const factor = register.scaleFactorAddress ?? register.address
  const address = Math.min(register.address, factor)
  const end = Math.max(register.address + register.words, factor + 1)
  return { functionCode: register.functionCode, address, words: end - address }
}

/** The words of one span from the answer that holds all of it, or undefined where no answer does. */
export const findWords = (blocks: readonly RawBlock[], span: Span): readonly number[] | undefined => {
  for (const block of blocks) {
    const start = span.address - block.address
    if (block.functionCode !== span.functionCode || start < 0) continue
    if (start + span.words <= block.words.length) return block.words.slice(start, start + span.words)
  }
  return undefined
}

/** The words of one span, from the answer that holds all of it. Throws RangeError where no answer does. */
export const wordsOf = (blocks: readonly RawBlock[], span: Span): readonly number[] => {
  const words = findWords(blocks, span)
  if (words) return words
  throw new RangeError(`no answer holds ${span.words} words at ${span.address}`)
}

/** A register's own words and the power of ten that stood beside them. */
export interface RegisterWords {
  readonly words: readonly number[]
  readonly powerOfTen: number | undefined
}

/** Takes a register out of the words of its span. Throws ValueRefused for a bad scale factor. */
export const registerWords = (register: Register, spanWords: readonly number[]): RegisterWords => {
  const { address } = spanOf(register)
  const start = register.address - address
  const factor = register.scaleFactorAddress
  return {
    words: spanWords.slice(start, start + register.words),
    powerOfTen: factor === undefined ? undefined : scaleFactorOf(register, spanWords[factor - address] ?? 0x8000)
  }
}

/**
 * The product of the registers by which this one is multiplied, out of the same answers; undefined where it stands
 * for itself. Throws ValueRefused where a ratio was not read, is missing, or not above 0.
 */
export const ratioOf = (register: Register, registers: readonly Register[], blocks: readonly RawBlock[]): Fraction | undefined =>
  register.multiplyBy?.map((name): Fraction => {
    const ratio = registers.find((one) => one.name === name && one.model === register.model)
    const spanWords = ratio && findWords(blocks, spanOf(ratio))
    if (!spanWords) throw new ValueRefused(register.name, "bad scale factor")
    const { words, powerOfTen } = registerWords(ratio, spanWords)
    const value = exactValue(ratio, words, powerOfTen)
    if (value.numerator <= 0n) throw new ValueRefused(register.name, "bad scale factor")
    return value
  }).reduce((product, ratio) => ({ numerator: product.numerator * ratio.numerator, denominator: product.denominator * ratio.denominator }))
