/** A unit that answers out of memory, without a wire: for tests of what is asked and how it is understood. */
import { DeviceException } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import { findStretch, type Stretch } from "../test-device/device-memory.ts"

/** A reader that counts its requests as `function:address+words`. */
export interface MemoryUnit extends UnitReader {
  readonly asked: readonly string[]
}

/** Answers from these stretches; an address outside them is refused with exception 2, as devices do. */
export const memoryUnit = (stretches: readonly Stretch[]): MemoryUnit => {
  const asked: string[] = []
  return {
    asked,
    read: async (functionCode, address, words) => {
      asked.push(`${functionCode}:${address}+${words}`)
      const stretch = findStretch(stretches, functionCode, address, words)
      if (!stretch) throw new DeviceException(2)
      return Array.from({ length: words }, (_, index) => stretch.bytes.readUInt16BE((address - stretch.address + index) * 2))
    }
  }
}

/** Stretches of function 3 that hold these words, by address. */
export const memoryOf = (blocks: Readonly<Record<number, readonly number[]>>): readonly Stretch[] =>
  Object.entries(blocks).map(([address, words]) => {
    const bytes = Buffer.alloc(words.length * 2)
    words.forEach((word, index) => bytes.writeUInt16BE(word & 0xffff, index * 2))
    return { functionCode: 3 as const, address: Number(address), bytes }
  })
