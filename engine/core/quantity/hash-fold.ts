/**
 * A 128-bit multiply-xor fold over 32-bit words: cheap enough for every command, and equal only when the same words
 * came in the same order. It finds divergence, it does not resist an adversary: proofs use SHA-256 (design, decision 4).
 */
export type HashLanes = readonly [number, number, number, number]

/** Where every fold begins (the first 16 bytes of the fraction of pi). */
export const EMPTY_FOLD: HashLanes = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]

const mix = (lane: number, word: number, multiplier: number): number => {
  const product = Math.imul(lane ^ word, multiplier)
  return (product ^ (product >>> 15)) >>> 0
}

/** Folds `bytes` (as little-endian words, the tail padded with zeros, then the length) into `lanes`. */
export const foldBytes = (lanes: HashLanes, bytes: Uint8Array): HashLanes => {
  let [a, b, c, d] = lanes
  const fold = (word: number) => {
    a = mix(a, word, 0x9e3779b1)
    b = mix(b, word ^ a, 0x85ebca77)
    c = mix(c, word ^ b, 0xc2b2ae3d)
    d = mix(d, word ^ c, 0x27d4eb2f)
    a = (a ^ d) >>> 0
  }
  const whole = bytes.length & ~3
  for (let at = 0; at < whole; at += 4) {
    fold(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
  }
  let tail = 0
  for (let at = whole; at < bytes.length; at++) tail |= bytes[at]! << (8 * (at - whole))
  fold(tail)
  fold(bytes.length)
  return [a, b, c, d]
}

/** The fold as 32 hexadecimal digits. */
export const foldToHex = (lanes: HashLanes): string => lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("")
