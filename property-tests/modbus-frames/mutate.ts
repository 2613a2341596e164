import type { Random } from "./random.ts"

type Mutation = (frame: Buffer, random: Random) => Buffer

const interesting = [0, 1, 2, 3, 4, 0x7f, 0x80, 0x83, 0x84, 0xfe, 0xff]

const inserted = (frame: Buffer, at: number, bytes: readonly number[]): Buffer =>
  Buffer.concat([frame.subarray(0, at), Buffer.from(bytes), frame.subarray(at)])

const mutations: readonly Mutation[] = [
  // One bit, anywhere: what a disturbed line does.
  (frame, random) => { const bit = random.below(frame.length * 8); frame[bit >> 3]! ^= 1 << (bit & 7); return frame },
  // One byte, anywhere.
  (frame, random) => { frame[random.below(frame.length)] = random.below(256); return frame },
  // One byte of the first ten, where header, unit, function and count are.
  (frame, random) => { frame[random.below(Math.min(10, frame.length))] = interesting[random.below(interesting.length)]!; return frame },
  // A burst of up to 16 bits, which a CRC of 16 bits must see.
  (frame, random) => {
    const at = random.below(Math.max(1, frame.length - 2))
    const pattern = 1 + random.below(0xffff)
    frame[at]! ^= pattern >> 8
    if (at + 1 < frame.length) frame[at + 1]! ^= pattern & 255
    return frame
  },
  // Cut off, at either end.
  (frame, random) => frame.subarray(0, random.below(frame.length)),
  (frame, random) => frame.subarray(1 + random.below(Math.min(6, frame.length - 1))),
  // Stray bytes in front, behind or in between.
  (frame, random) => inserted(frame, [0, frame.length, random.below(frame.length)][random.below(3)]!, Array.from({ length: 1 + random.below(3) }, () => random.below(256))),
  // Twice the same.
  (frame) => Buffer.concat([frame, frame]),
  // A byte lost in the middle.
  (frame, random) => { const at = random.below(frame.length); return Buffer.concat([frame.subarray(0, at), frame.subarray(at + 1)]) },
  // Two bytes changed places.
  (frame, random) => { const [a, b] = [random.below(frame.length), random.below(frame.length)]; [frame[a], frame[b]] = [frame[b]!, frame[a]!]; return frame },
  // Nothing of it is left.
  (frame, random) => Buffer.from(Array.from({ length: random.below(frame.length + 8) }, () => random.below(256)))
]

/** A frame damaged in one to three ways; the frame given is not touched. */
export const mutate = (frame: Buffer, random: Random): Buffer => {
  let damaged: Buffer = Buffer.from(frame)
  for (let left = random.below(4) === 0 ? 1 + random.below(3) : 1; left > 0 && damaged.length > 1; left--) {
    damaged = mutations[random.below(mutations.length)]!(damaged, random)
  }
  return damaged
}
