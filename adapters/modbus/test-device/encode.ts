/**
 * From quantities to words: what a device does inside. It is written by the makers' number formats without the
 * gateway's decoder (independence.test.ts keeps the two apart), so that a mistake on one side is not made on both.
 */
import type { Register } from "../profiles/profile.ts"

const widthOf = (words: number): bigint => 65_536n ** BigInt(words)

/** Digits to the base 65,536, least significant first; a negative number is counted down from 2^(16 x words). */
const wordsOfInteger = (counts: bigint, words: number): number[] => {
  let rest = counts < 0n ? counts + widthOf(words) : counts
  return Array.from({ length: words }, () => {
    const word = Number(rest % 65_536n)
    rest /= 65_536n
    return word
  })
}

const scratch = Buffer.alloc(8)

const wordsOfFloat = (value: number, words: number): number[] => {
  if (words === 2) {
    scratch.writeFloatLE(value)
    return [scratch.readUInt16LE(0), scratch.readUInt16LE(2)]
  }
  scratch.writeDoubleLE(value)
  return [0, 2, 4, 6].map((place) => scratch.readUInt16LE(place))
}

/** Four decimal digits in each word, as half bytes or as a number up to 9999. */
const wordsOfDigits = (counts: bigint, words: number, base: 10 | 16): number[] => {
  const digits = counts.toString().padStart(words * 4, "0")
  return Array.from({ length: words }, (_, index) =>
    Number.parseInt(digits.slice(digits.length - 4 * (index + 1), digits.length - 4 * index), base))
}

const wordsOfText = (text: string, words: number): number[] => {
  const bytes = Buffer.alloc(words * 2)
  bytes.write(text, "utf8")
  return Array.from({ length: words }, (_, index) => bytes.readUInt16BE((words - 1 - index) * 2))
}

/** Puts words that came least significant first into the order of the register. */
const arranged = ({ wordOrder, byteOrder }: Register, lowFirst: number[]): readonly number[] => {
  const words = wordOrder === "little" ? lowFirst : lowFirst.reverse()
  return byteOrder === "big" ? words : words.map((word) => (word >> 8) + (word & 255) * 256)
}

/** How many counts of the smallest part each part stands for, the largest first. */
const factorsOf = (parts: readonly Register[]): readonly bigint[] => {
  const { numerator, denominator } = parts.at(-1)!.scale
  return parts.map(({ scale }) => (BigInt(scale.numerator) * BigInt(denominator)) / (BigInt(scale.denominator) * BigInt(numerator)))
}

/** Whole counts go to the largest part, what is left to the next; words between the parts stay 0. */
const wordsOfParts = (register: Register, parts: readonly Register[], counts: bigint): readonly number[] => {
  const words = Array.from({ length: register.words }, () => 0)
  let rest = counts
  factorsOf(parts).forEach((factor, index) => {
    const part = parts[index]!
    words.splice(part.address - register.address, part.words, ...encodeCounts(part, rest / factor))
    rest %= factor
  })
  return words
}

/** The lowest and highest counts that an integer register can hold. */
export const countLimits = ({ type, words, parts }: Register): readonly [bigint, bigint] => {
  if (parts) return [0n, countLimits(parts[0]!)[1] * factorsOf(parts)[0]! - 1n]
  if (type === "bcd" || type === "mod10000") return [0n, 10n ** BigInt(words * 4) - 1n]
  const half = widthOf(words) / 2n
  return type.startsWith("uint") ? [0n, half * 2n - 1n] : [-half, half - 1n]
}

/** An integer register that counts so far. Throws RangeError for a count that it cannot hold. */
export const encodeCounts = (register: Register, counts: bigint): readonly number[] => {
  const [lowest, highest] = countLimits(register)
  if (counts < lowest || counts > highest) throw new RangeError(`${register.name} cannot hold ${counts}`)
  if (register.parts) return wordsOfParts(register, register.parts, counts)
  if (register.type === "bcd") return arranged(register, wordsOfDigits(counts, register.words, 16))
  if (register.type === "mod10000") return arranged(register, wordsOfDigits(counts, register.words, 10))
  return arranged(register, wordsOfInteger(counts, register.words))
}

/** A float register that shows the nearest number. */
export const encodeFloat = (register: Register, value: number): readonly number[] => arranged(register, wordsOfFloat(value, register.words))

/** A text, cut to the register and filled with zeros. */
export const encodeText = (register: Register, text: string): readonly number[] => arranged(register, wordsOfText(text, register.words))

const isFraction = (register: Register): boolean => register.type.startsWith("float")

/** Shows a momentary quantity in the register's unit, rounded to its counts; beyond its range it stays at the end. */
export const numberEncoder = (register: Register, powerOfTen = 0): ((value: number) => readonly number[]) => {
  const { offset } = register
  const scale = register.parts?.at(-1)?.scale ?? register.scale
  const countsOf = (value: number): number => ((value / 10 ** powerOfTen) * scale.denominator) / scale.numerator - offset
  if (isFraction(register)) return (value) => encodeFloat(register, countsOf(value))
  const [lowest, highest] = countLimits(register)
  return (value) => {
    const counts = BigInt(Math.round(countsOf(value)))
    return encodeCounts(register, counts < lowest ? lowest : counts > highest ? highest : counts)
  }
}

const wattHoursIn: Readonly<Record<string, bigint>> = { Wh: 1n, kWh: 1_000n, MWh: 1_000_000n, GWh: 1_000_000_000n }

/** Shows a counter that has seen so many Wh (or varh, VAh), cut to its counts; it rolls over as devices do. */
export const energyEncoder = (register: Register, powerOfTen = 0): ((wattHours: bigint) => readonly number[]) => {
  const unit = wattHoursIn[register.unit.replace(/(var|VA)h$/, "Wh")] ?? 1n
  const scale = register.parts?.at(-1)?.scale ?? register.scale
  const factor = BigInt(scale.denominator) * 10n ** BigInt(Math.max(-powerOfTen, 0))
  const divisor = unit * BigInt(scale.numerator) * 10n ** BigInt(Math.max(powerOfTen, 0))
  const offset = BigInt(register.offset)
  if (isFraction(register)) return (wattHours) => encodeFloat(register, Number(wattHours * factor) / Number(divisor) - register.offset)
  const [, highest] = countLimits(register)
  // A counter whose sign has no meaning is shown as the devices do that have one: it runs downwards.
  const sign = register.absolute ? -1n : 1n
  return (wattHours) => encodeCounts(register, sign * (((wattHours * factor) / divisor - offset) % (highest + 1n)))
}
