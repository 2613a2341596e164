/** Faults on demand, as `kind[=value][@share]`: what happens, how much of it, and in which share of the answers. */

/** Every fault, with what its value means, its usual value, and what it does. */
export const faultKinds = {
  delay: { unit: "ms", value: 2_000, help: "the answer comes late" },
  drop: { unit: "", value: 0, help: "the answer never comes" },
  close: { unit: "", value: 0, help: "the connection ends instead of an answer" },
  "drop-absent": { unit: "", value: 0, help: "the answer never comes where it would refuse registers that are not there" },
  "close-absent": { unit: "", value: 0, help: "the connection ends where the answer would refuse registers that are not there" },
  exception: { unit: "code", value: 4, help: "the device refuses with this exception" },
  stray: { unit: "bytes", value: 1, help: "bytes that belong to nothing stand before the answer" },
  short: { unit: "words", value: 1, help: "the answer is so many words too short" },
  "wrong-unit": { unit: "", value: 0, help: "another unit answers" },
  "wrong-transaction": { unit: "", value: 0, help: "the answer carries the number of another request" },
  crossed: { unit: "", value: 0, help: "the answer holds the words of the request before it, if they are as many" },
  torn: { unit: "", value: 0, help: "a wide counter's halves are from two moments: its second lowest word is one too high" },
  stale: { unit: "s", value: 60, help: "all registers stand still for so long" },
  nan: { unit: "", value: 0, help: "energy and power read not a number, or not implemented" },
  ones: { unit: "", value: 0, help: "all words are 0xffff, as from a dead bus" },
  zero: { unit: "", value: 0, help: "all words are 0 for a moment" },
  swap: { unit: "", value: 0, help: "import and export have changed places" },
  reset: { unit: "s", value: 5, help: "the counters start from 0 again so long after the start, once" }
} as const

/** The name of a fault. */
export type FaultKind = keyof typeof faultKinds

/** One fault to play. */
export interface Fault {
  readonly kind: FaultKind
  readonly value: number
  /** In which share of the answers, 0 to 1. */
  readonly share: number
}

/** A fault that cannot be understood; the message says why. */
export class InvalidFault extends Error {
  override readonly name = "InvalidFault"
}

const form = /^([a-z-]+)(?:=(\d+(?:\.\d+)?))?(?:@(\d+(?:\.\d+)?)(%?))?$/

/** Reads `delay`, `delay=500`, `drop@5%` or `exception=6@0.1`. Throws InvalidFault. */
export const parseFault = (text: string): Fault => {
  const [, kind = "", value, share, percent] = form.exec(text) ?? []
  if (!Object.hasOwn(faultKinds, kind)) {
    throw new InvalidFault(`${text} is no fault; the form is kind[=value][@share], and the kinds are ${Object.keys(faultKinds).join(", ")}`)
  }
  const known = kind as FaultKind
  const part = share === undefined ? 1 : Number(share) / (percent === "%" ? 100 : 1)
  if (part > 1) throw new InvalidFault(`${text}: the share ${share}${percent} is more than all answers`)
  if (known === "exception" && value !== undefined && (Number(value) < 1 || Number(value) > 255 || !Number.isInteger(Number(value)))) {
    throw new InvalidFault(`${text}: an exception code is an integer from 1 to 255`)
  }
  return { kind: known, value: value === undefined ? faultKinds[known].value : Number(value), share: part }
}
