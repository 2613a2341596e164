/** A unit whose registers are known from a file: it answers like a device, and gives values as they were seen together. */
import { DeviceException } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import { discoverModels, placeRegisters } from "../poller/sunspec.ts"
import type { DeviceProfile, Register } from "../profiles/profile.ts"
import { findWords, spanOf, type RawBlock } from "../profiles/raw-block.ts"
import { findStretch, type Stretch } from "../test-device/device-memory.ts"
import { imageUnits } from "../test-device/register-image.ts"
import type { Capture } from "./read-capture.ts"

/** The registers of a profile in a file, and the words of which they are. */
export interface CapturedRegisters {
  readonly registers: readonly Register[]
  /** Names of values whose words no single answer held: they may be of different moments. */
  readonly pieced: readonly string[]
  /** The answers and, behind them, everything that was seen, put together: where the values were taken from. */
  readonly blocks: readonly RawBlock[]
}

const wordsIn = ({ bytes }: Stretch): readonly number[] => Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2))

/** One unit of a capture. */
export class CapturedUnit implements UnitReader {
  readonly #answers: readonly RawBlock[]
  readonly #stretches: readonly Stretch[]
  readonly #isOneMoment: boolean

  constructor({ answers, kind }: Capture, unit: number) {
    this.#answers = answers.filter((answer) => answer.unit === unit)
    // The latest answer is first, but what is written last stays.
    this.#stretches = imageUnits(answers.filter((answer) => answer.unit === unit).toReversed())[0]?.stretches(0) ?? []
    this.#isOneMoment = kind === "image"
  }

  /** As a device that has only these registers. Rejects with exception 2 for others. */
  async read(functionCode: 3 | 4, address: number, words: number): Promise<readonly number[]> {
    const stretch = findStretch(this.#stretches, functionCode, address, words)
    if (!stretch) throw new DeviceException(2)
    return Array.from({ length: words }, (_, index) => stretch.bytes.readUInt16BE((address - stretch.address + index) * 2))
  }

  /** The registers of a profile. Rejects with ModelNotFound where a SunSpec map was not captured. */
  async registersOf(profile: DeviceProfile, occurrence: number): Promise<CapturedRegisters> {
    const registers = await this.#placed(profile, occurrence)
    const blocks = [...this.#answers, ...this.#stretches.map((stretch) => ({ ...stretch, words: wordsIn(stretch) }))]
      .map(({ functionCode, address, words }) => ({ functionCode, address, words }))
    return { registers, pieced: this.#isOneMoment ? [] : this.#piecedOf(registers, blocks), blocks }
  }

  async #placed(profile: DeviceProfile, occurrence: number): Promise<readonly Register[]> {
    if (profile.addressing === "fixed") return profile.registers
    return placeRegisters(profile, await discoverModels(this, profile.baseAddresses), occurrence).registers
  }

  #piecedOf(registers: readonly Register[], blocks: readonly RawBlock[]): readonly string[] {
    return registers.filter((register) => !findWords(this.#answers, spanOf(register)) && findWords(blocks, spanOf(register))).map(({ name }) => name)
  }
}

/** The unit ids in a capture, lowest first. */
export const unitsOf = ({ answers }: Capture): readonly number[] => [...new Set(answers.map(({ unit }) => unit))].toSorted((a, b) => a - b)
