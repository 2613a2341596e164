const hexDigits = "0123456789abcdef"

/** Lower-case hexadecimal text of `bytes`. */
export const toHex = (bytes: Uint8Array): string => {
  let text = ""
  for (const byte of bytes) text += hexDigits[byte >> 4]! + hexDigits[byte & 15]!
  return text
}

/** Bytes of an even-length hexadecimal text; throws RangeError on anything else. */
export const fromHex = (text: string): Uint8Array => {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new RangeError("not hexadecimal")
  const bytes = new Uint8Array(text.length / 2)
  for (let index = 0; index < bytes.length; index++) bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16)
  return bytes
}

/** True when both hold the same bytes. Not constant time: for public values only. */
export const equalBytes = (left: Uint8Array, right: Uint8Array): boolean => {
  if (left.length !== right.length) return false
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false
  return true
}

/** Total order of byte strings, by unsigned bytes and then by length. */
export const compareBytes = (left: Uint8Array, right: Uint8Array): number => {
  const shared = Math.min(left.length, right.length)
  for (let index = 0; index < shared; index++) {
    const difference = left[index]! - right[index]!
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** Code-unit order of texts: the same on every machine, unlike localeCompare. */
export const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
