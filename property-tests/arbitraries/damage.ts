import { expect } from "vitest"
import { toHex } from "../../engine/core/quantity/bytes.ts"
import { NotCanonical } from "../../engine/core/quantity/canonical-reader.ts"

/** One bit flipped, bytes cut off, put in, or doubled. */
export const damage = (whole: Uint8Array, way: number, place: number, byte: number): Uint8Array => {
  const at = place % Math.max(1, whole.length)
  if (way === 0) return whole.map((one, index) => (index === at ? one ^ (1 << (byte % 8)) : one))
  if (way === 1) return whole.slice(0, at)
  return Uint8Array.of(...whole.slice(0, at), byte, ...whole.slice(way === 2 ? at : at + 1))
}

/** Reads damaged bytes: they are refused as NotCanonical, or are the one form of whatever they say. */
export const decodesToItself = <A>(read: (bytes: Uint8Array) => A, write: (value: A) => Uint8Array, damaged: Uint8Array): void => {
  let value: A
  try {
    value = read(damaged)
  } catch (error) {
    expect(error).toBeInstanceOf(NotCanonical)
    return
  }
  expect(toHex(write(value))).toBe(toHex(damaged))
}
