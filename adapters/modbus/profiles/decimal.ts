/** Exact decimal numbers, as fractions of big integers: a device's decimal must not pass through binary fractions. */

/** numerator / denominator, the denominator positive. */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

/**
 * The shortest decimal text whose nearest float32 is this one. A device that stores 12345.67 in 32 bits shows
 * 12345.67 on its display, though the bits say 12345.669921875; the text restores what the maker wrote, and is
 * never further away than half a step of the float.
 */
export const shortestFloat32 = (value: number): string => {
  // Half a step of a float32 is finer than six digits, so these hold every shorter text too, with zeros behind; not
  // so below the smallest normal float, where steps grow coarse.
  for (let digits = Math.abs(value) < 2 ** -126 ? 1 : 6; digits <= 9; digits++) {
    const decimal = Number(value.toPrecision(digits))
    if (Math.fround(decimal) === value) return String(decimal)
  }
  return String(value) // nine digits tell every float32 apart, so nobody comes here
}

/** The exact value of a decimal text such as "-12.5" or "1e-7"; the text must be a number. */
export const fractionOf = (text: string): Fraction => {
  const exponentAt = text.search(/e/i)
  const mantissa = exponentAt < 0 ? text : text.slice(0, exponentAt)
  const point = mantissa.indexOf(".")
  const power = (exponentAt < 0 ? 0 : Number(text.slice(exponentAt + 1))) - (point < 0 ? 0 : mantissa.length - point - 1)
  const digits = BigInt(point < 0 ? mantissa : mantissa.slice(0, point) + mantissa.slice(point + 1))
  return power >= 0
    ? { numerator: digits * 10n ** BigInt(power), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-power) }
}

const mostDecimals = 20

/** Decimal text of a fraction, exact wherever 20 decimals suffice, cut after them otherwise. */
export const decimalText = ({ numerator, denominator }: Fraction): string => {
  const magnitude = numerator < 0n ? -numerator : numerator
  const scaled = ((magnitude * 10n ** BigInt(mostDecimals)) / denominator).toString().padStart(mostDecimals + 1, "0")
  const whole = scaled.slice(0, -mostDecimals)
  const decimals = scaled.slice(-mostDecimals).replace(/0+$/, "")
  const text = decimals === "" ? whole : `${whole}.${decimals}`
  return numerator < 0n && text !== "0" ? `-${text}` : text
}

/** The nearest integer; halves go away from zero. */
export const rounded = ({ numerator, denominator }: Fraction): bigint => {
  const magnitude = numerator < 0n ? -numerator : numerator
  const nearest = (2n * magnitude + denominator) / (2n * denominator)
  return numerator < 0n ? -nearest : nearest
}
