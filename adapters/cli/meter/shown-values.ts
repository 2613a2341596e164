import { decodeAll, type NamedValue } from "../../modbus/profiles/named-values.ts"
import type { Register } from "../../modbus/profiles/profile.ts"
import { findWords, spanOf, type RawBlock } from "../../modbus/profiles/raw-block.ts"

/** A value as `meter read` shows it: with the reason where there is none, and on demand with the words that it came from. */
export interface ShownValue extends NamedValue {
  /** Why `value` is null, in a sentence. */
  readonly reason?: string
  /** Where the words stand: function code and zero-based address. */
  readonly place?: string
  /** The words as the device sent them, four hexadecimal digits each; with its scale factor, up to that. */
  readonly words?: readonly string[]
}

const reasons: Readonly<Record<Exclude<NamedValue["status"], "ok">, string>> = {
  "not implemented": "the device says that it has no such value",
  "not read": "the device refused these registers, or the file does not hold them",
  negative: "a counter below zero is no energy",
  "not a number": "the bits are no number of this type",
  "too large": "more than can be counted exactly",
  "bad scale factor": "the scale factor or ratio beside it is none, or was not read"
}

const hexadecimal = (word: number): string => word.toString(16).padStart(4, "0")

const rawOf = (register: Register, blocks: readonly RawBlock[]): Pick<ShownValue, "place" | "words"> => {
  const span = spanOf(register)
  const words = findWords(blocks, span)
  return { place: `${span.functionCode}:${span.address}`, ...(words && { words: words.map(hexadecimal) }) }
}

/** The values of these registers out of a device's answers, with their words if `isRaw`. */
export const shownValues = (registers: readonly Register[], blocks: readonly RawBlock[], isRaw: boolean): readonly ShownValue[] =>
  decodeAll(registers, blocks).map((value, index) => ({
    ...value,
    ...(value.status !== "ok" && { reason: reasons[value.status] }),
    ...(isRaw && rawOf(registers[index]!, blocks))
  }))

/** The values of several profiles of one device, each once: the common model of a SunSpec map is in all of them. */
export const eachOnce = (values: readonly ShownValue[]): readonly ShownValue[] =>
  [...new Map(values.map((value) => [`${value.model ?? ""}/${value.name}`, value])).values()]
