/** Faults that change what the registers seem to hold. Each takes an answer's body and gives another of the same length. */
import type { Register, Role } from "../profiles/profile.ts"
import type { Asked } from "./answer.ts"
import { findStretch, type Stretch } from "./device-memory.ts"

const headLength = 2

const otherWay: Readonly<Partial<Record<Role, Role>>> = {
  importEnergy: "exportEnergy", exportEnergy: "importEnergy", importPower: "exportPower", exportPower: "importPower"
}

const isCounter = ({ role }: Register): boolean => role?.endsWith("Energy") === true

/** The place of a register's first byte in an answer, or -1 where the answer does not hold all of it. */
const placeOf = (register: Register, { functionCode, address, words }: Asked): number => {
  const isInside = register.functionCode === functionCode && register.address >= address && register.address + register.words <= address + words
  return isInside ? headLength + (register.address - address) * 2 : -1
}

const changed = (body: Buffer, change: (copy: Buffer) => void): Buffer => {
  const copy = Buffer.from(body)
  change(copy)
  return copy
}

/** All words the same, as a dead bus (0xff) or a device that starts (0) shows them. */
export const filled = (body: Buffer, byte: number): Buffer => changed(body, (copy) => void copy.fill(byte, headLength))

/**
 * The second lowest word of each wide counter is one too high, as when the low word rolled over between two reads.
 * Where it is not known what the words mean, every second one.
 */
export const torn = (body: Buffer, asked: Asked, registers: readonly Register[]): Buffer => changed(body, (copy) => {
  const raise = (place: number): void => void copy.writeUInt16BE((copy.readUInt16BE(place) + 1) & 0xffff, place)
  if (registers.length === 0) {
    for (let place = headLength; place + 4 <= copy.length; place += 4) raise(place)
  }
  for (const register of registers) {
    const place = placeOf(register, asked)
    if (place < 0 || !isCounter(register) || register.words < 2) continue
    raise(register.wordOrder === "big" ? place + (register.words - 2) * 2 : place + 2)
  }
})

const missing = (register: Register): Buffer => {
  const bytes = Buffer.alloc(register.words * 2)
  if (register.type === "float32") bytes.writeUInt32BE(0x7fc00000)
  else if (register.type === "float64") bytes.writeUInt32BE(0x7ff80000)
  else bytes.write((register.notImplemented[0] ?? 256n ** BigInt(bytes.length) - 1n).toString(16).padStart(bytes.length * 2, "0"), "hex")
  if (register.byteOrder === "little") bytes.swap16()
  if (register.wordOrder === "big") return bytes
  return Buffer.concat(Array.from({ length: register.words }, (_, index) => bytes.subarray(index * 2, index * 2 + 2)).reverse())
}

/** Energy and power read as the device says "no value"; all words do where it is not known what they mean. */
export const withoutValues = (body: Buffer, asked: Asked, registers: readonly Register[]): Buffer => {
  if (registers.length === 0) return filled(body, 0xff)
  return changed(body, (copy) => {
    for (const register of registers) {
      const place = placeOf(register, asked)
      if (place >= 0 && register.role !== undefined) missing(register).copy(copy, place)
    }
  })
}

/** Import and export show each other's words, even where only one of them stands in the answer. */
export const swapped = (body: Buffer, asked: Asked, registers: readonly Register[], stretches: readonly Stretch[]): Buffer => changed(body, (copy) => {
  for (const register of registers) {
    const role = register.role === undefined ? undefined : otherWay[register.role]
    const other = registers.find((one) => one.role === role && role !== undefined && one.words === register.words)
    const place = placeOf(register, asked)
    const stretch = other && findStretch(stretches, other.functionCode, other.address, other.words)
    if (!other || !stretch || place < 0) continue
    const from = (other.address - stretch.address) * 2
    stretch.bytes.copy(copy, place, from, from + other.words * 2)
  }
})
