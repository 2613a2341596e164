import { DeviceException, WrongAnswer } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import { promised, type Waiter } from "../client/waiter.ts"
import { decodeAll, type NamedValue } from "../profiles/named-values.ts"
import type { DeviceProfile, Register } from "../profiles/profile.ts"
import { findWords, spanOf, type RawBlock, type Span } from "../profiles/raw-block.ts"
import { BlockReader, type BlockReaderSettings } from "./block-reader.ts"
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
  /** Hears of blocks that the device gives no answer to; see BlockReaderSettings. */
  readonly onSplit?: BlockReaderSettings["onSplit"]
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

/** One read: waits for the blocks on behalf of who waits for the registers. */
class ProfileRead implements Waiter<readonly RawBlock[]> {
  readonly #reader: ProfileReader
  readonly #placed: PlacedRegisters
  readonly #waiter: Waiter<ProfileAnswers>

  constructor(reader: ProfileReader, placed: PlacedRegisters, waiter: Waiter<ProfileAnswers>) {
    this.#reader = reader
    this.#placed = placed
    this.#waiter = waiter
  }

  resolve(raw: readonly RawBlock[]): void {
    this.#reader.answered(this.#placed, raw, this.#waiter)
  }

  reject(error: unknown): void {
    this.#reader.failed(error, this.#waiter)
  }
}

/**
 * Reads the registers of one profile over one unit, in few requests; keeps what it learned about the device (its
 * SunSpec map, the blocks that it refused) from read to read.
 */
export class ProfileReader {
  readonly #unit: UnitReader
  readonly #profile: DeviceProfile
  readonly #settings: Required<Omit<ProfileReaderSettings, "onSplit">> & Pick<ProfileReaderSettings, "onSplit">
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
  read(): Promise<ProfileAnswers> {
    return promised((waiter) => this.ask(waiter))
  }

  /** As `read`, without a promise once the device's map is known. */
  ask(waiter: Waiter<ProfileAnswers>): void {
    const placed = this.#placed
    if (placed) return this.#askBlocks(placed, waiter)
    this.#place().then((found) => this.#askBlocks(found, waiter)).catch((error: unknown) => this.failed(error, waiter))
  }

  /** For the reads of this reader: their blocks have come. */
  answered(placed: PlacedRegisters, raw: readonly RawBlock[], waiter: Waiter<ProfileAnswers>): void {
    try {
      checkHeaders(placed.models, raw)
    } catch (error) {
      return this.failed(error, waiter)
    }
    waiter.resolve({ registers: placed.registers, raw })
  }

  /** For the reads of this reader: one has failed. */
  failed(error: unknown, waiter: Waiter<ProfileAnswers>): void {
    // The map may have moved (new firmware, another device): find the models again at the next read.
    const isRefused = this.#profile.addressing === "sunspec" && error instanceof DeviceException && this.#profile.splitOn.includes(error.code)
    if (isRefused || error instanceof WrongAnswer || error instanceof ModelNotFound) this.#placed = null
    waiter.reject(error)
  }

  /** All values by name; see `decodeAll`. Rejects as `read` does. */
  async readValues(): Promise<readonly NamedValue[]> {
    const { registers, raw } = await this.read()
    return decodeAll(registers, raw)
  }

  #askBlocks(placed: PlacedRegisters, waiter: Waiter<ProfileAnswers>): void {
    this.#blocks ??= this.#plan(placed)
    this.#blocks.ask(new ProfileRead(this, placed, waiter))
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
    const { isTolerant, onSplit } = this.#settings
    return new BlockReader(this.#unit, planBlocks(spans, this.#profile), { splitOn, isTolerant, ...(onSplit && { onSplit }) })
  }
}
