import { WrongAnswer } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import { decodeAll, type NamedValue } from "../profiles/named-values.ts"
import type { DeviceProfile, Register } from "../profiles/profile.ts"
import { findWords, spanOf, type RawBlock, type Span } from "../profiles/raw-block.ts"
import { BlockReader } from "./block-reader.ts"
import { planBlocks, type Block } from "./plan-blocks.ts"
import { discoverModels, ModelNotFound, placeRegisters, type ModelPlace, type PlacedRegisters } from "./sunspec.ts"

/** Which registers of a profile to read, and how. */
export interface ProfileReaderSettings {
  /** All registers, unless said otherwise. */
  readonly wants?: (register: Register) => boolean
  /** Whether registers that the device refuses are left out, instead of failing the read. */
  readonly isTolerant?: boolean
  /** Which of several equal devices in one SunSpec map, from 1. */
  readonly occurrence?: number
}

/** The answers of one read, and the registers at the addresses where this device keeps them. */
export interface ProfileAnswers {
  readonly registers: readonly Register[]
  readonly raw: readonly RawBlock[]
}

const headerSpan = (place: ModelPlace): Span => ({ functionCode: 3, address: place.address, words: 2 })

const checkHeaders = (models: readonly ModelPlace[], raw: readonly RawBlock[]): void => {
  for (const place of models) {
    const [model, length] = findWords(raw, headerSpan(place)) ?? []
    if (model !== place.model || length !== place.length) throw new WrongAnswer("the SunSpec map has moved")
  }
}

/**
 * Reads the registers of one profile over one unit, in few requests; keeps what it learned about the device (its
 * SunSpec map, the blocks that it refused) from read to read.
 */
export class ProfileReader {
  readonly #unit: UnitReader
  readonly #profile: DeviceProfile
  readonly #settings: Required<ProfileReaderSettings>
  /** Only the registers that are wanted, and their models. */
  #placed: PlacedRegisters | null = null
  #blocks: BlockReader | null = null

  constructor(unit: UnitReader, profile: DeviceProfile, settings: ProfileReaderSettings = {}) {
    this.#unit = unit
    this.#profile = profile
    this.#settings = { wants: () => true, isTolerant: false, occurrence: 1, ...settings }
  }

  /** The requests of the next read; empty before the first one. */
  get blocks(): readonly Block[] {
    return this.#blocks?.blocks ?? []
  }

  /** Rejects with a ModbusError, ModelNotFound or ModelChainBroken. */
  async read(): Promise<ProfileAnswers> {
    try {
      const placed = this.#placed ?? await this.#place()
      this.#blocks ??= this.#plan(placed)
      const raw = await this.#blocks.read()
      checkHeaders(placed.models, raw)
      return { registers: placed.registers, raw }
    } catch (error) {
      // The map may have moved (new firmware, another device): find the models again at the next read.
      if (error instanceof WrongAnswer || error instanceof ModelNotFound) this.#placed = null
      throw error
    }
  }

  /** All values by name; see `decodeAll`. Rejects as `read` does. */
  async readValues(): Promise<readonly NamedValue[]> {
    const { registers, raw } = await this.read()
    return decodeAll(registers, raw)
  }

  async #place(): Promise<PlacedRegisters> {
    const placed = this.#profile.addressing === "sunspec"
      ? placeRegisters(this.#profile, await discoverModels(this.#unit, this.#profile.baseAddresses), this.#settings.occurrence)
      : { registers: this.#profile.registers, models: [] }
    const wanted = placed.registers.filter(this.#settings.wants)
    const ratios = new Set(wanted.flatMap(({ multiplyBy = [] }) => multiplyBy))
    const registers = placed.registers.filter((register) => wanted.includes(register) || ratios.has(register.name))
    this.#placed = { registers, models: placed.models.filter(({ model }) => registers.some((one) => one.model === model)) }
    this.#blocks = null
    return this.#placed
  }

  #plan({ models, registers }: PlacedRegisters): BlockReader {
    const spans = [...models.map(headerSpan), ...registers.map(spanOf)]
    const { splitOn } = this.#profile
    return new BlockReader(this.#unit, planBlocks(spans, this.#profile), { splitOn, isTolerant: this.#settings.isTolerant })
  }
}
