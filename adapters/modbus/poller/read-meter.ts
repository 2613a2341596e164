import { WrongAnswer } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import { scaleFactorOf, stepWattHours, wattHours, watts } from "../profiles/decode.ts"
import { isPower, type DeviceProfile, type Direction, type Register } from "../profiles/profile.ts"
import { BlockReader, wordsOf, type RawBlock } from "./block-reader.ts"
import { planBlocks, type Span } from "./plan-blocks.ts"
import { discoverModels, ModelNotFound, placeRegisters, type ModelPlace, type PlacedRegisters } from "./sunspec.ts"

/** What one poll of one metering point gives. */
export interface MeterReading {
  /** The counter of the metering point's direction in Wh, an integer. */
  readonly registerWh: number
  /** Momentary power in W, an integer; positive runs in the metering point's direction. */
  readonly powerW: number
  /** The step in Wh by which this counter moves; differences below it are not seen. */
  readonly registerStepWh: number
  /** The answers as they came, as evidence. */
  readonly rawWords: readonly RawBlock[]
}

/** The profile has no counter for the direction: a mistake in the configuration, not of the device. */
export class MissingCounter extends Error {
  override readonly name = "MissingCounter"
}

/** A register together with its scale factor: read apart, the factor could change in between. */
const spanOf = (register: Register): Span => {
  const factor = register.scaleFactorAddress ?? register.address
  const address = Math.min(register.address, factor)
  const end = Math.max(register.address + register.words, factor + 1)
  return { functionCode: register.functionCode, address, words: end - address }
}

const headerSpan = (place: ModelPlace): Span => ({ functionCode: 3, address: place.address, words: 2 })

interface Decoded {
  readonly words: readonly number[]
  readonly powerOfTen: number | undefined
}

const pick = (raw: readonly RawBlock[], register: Register): Decoded => {
  const span = spanOf(register)
  const words = wordsOf(raw, span)
  const start = register.address - span.address
  const factor = register.scaleFactorAddress
  return {
    words: words.slice(start, start + register.words),
    powerOfTen: factor === undefined ? undefined : scaleFactorOf(register, words[factor - span.address] ?? 0x8000)
  }
}

/** Reads one metering point over one unit; keeps what it learned about the device from poll to poll. */
export class MeterReader {
  readonly #unit: UnitReader
  readonly #profile: DeviceProfile
  readonly #isPositive: boolean
  #placed: PlacedRegisters | null = null
  #blocks: BlockReader | null = null

  /** Throws MissingCounter when the profile cannot serve the direction. */
  constructor(unit: UnitReader, profile: DeviceProfile, direction: Direction) {
    this.#unit = unit
    this.#profile = profile
    this.#isPositive = (direction === "withdrawal" ? "import" : "export") === profile.positive
    if (!profile.registers.some(({ measurement }) => measurement === this.#counter)) {
      throw new MissingCounter(`${profile.id} has no counter for ${direction}`)
    }
  }

  /** Rejects with a ModbusError, ValueRefused or ModelNotFound. */
  async read(): Promise<MeterReading> {
    try {
      return await this.#readPlaced()
    } catch (error) {
      // The map may have moved (new firmware, another device): find the models again at the next poll.
      if (error instanceof WrongAnswer || error instanceof ModelNotFound) this.#placed = null
      throw error
    }
  }

  get #counter(): string {
    return this.#isPositive ? "energyPositive" : "energyNegative"
  }

  async #readPlaced(): Promise<MeterReading> {
    const placed = this.#placed ?? await this.#place()
    const rawWords = await (this.#blocks ?? this.#plan(placed)).read()
    for (const place of placed.models) {
      const [model, length] = wordsOf(rawWords, headerSpan(place))
      if (model !== place.model || length !== place.length) throw new WrongAnswer("the SunSpec map has moved")
    }
    const energy = placed.registers.find(({ measurement }) => measurement === this.#counter)
    if (!energy) throw new ModelNotFound(`no model of the device has ${this.#counter}`)
    const { words, powerOfTen } = pick(rawWords, energy)
    return {
      registerWh: wattHours(this.#profile, energy, words, powerOfTen),
      powerW: this.#power(placed, rawWords),
      registerStepWh: stepWattHours(this.#profile, energy, powerOfTen),
      rawWords
    }
  }

  async #place(): Promise<PlacedRegisters> {
    const placed = this.#profile.addressing === "sunspec"
      ? placeRegisters(this.#profile, await discoverModels(this.#unit))
      : { registers: this.#profile.registers, models: [] }
    this.#placed = placed
    this.#blocks = null
    return placed
  }

  #plan(placed: PlacedRegisters): BlockReader {
    const wanted = placed.registers.filter(({ measurement }) => measurement === this.#counter || isPower(measurement))
    const spans = [...placed.models.map(headerSpan), ...wanted.map(spanOf)]
    this.#blocks = new BlockReader(this.#unit, planBlocks(spans, this.#profile))
    return this.#blocks
  }

  #power(placed: PlacedRegisters, raw: readonly RawBlock[]): number {
    let power = 0
    for (const register of placed.registers) {
      if (!isPower(register.measurement)) continue
      const { words, powerOfTen } = pick(raw, register)
      const value = watts(register, words, powerOfTen)
      power += register.measurement === "powerNegative" ? -value : value
    }
    return this.#isPositive || power === 0 ? power : -power
  }
}

/**
 * Reads one metering point once: the import counter for "withdrawal", the export counter (an inverter's
 * yield) for "injection". For repeated reads keep a MeterReader, which remembers the device's map.
 */
export const readMeter = (unit: UnitReader, profile: DeviceProfile, direction: Direction): Promise<MeterReading> =>
  new MeterReader(unit, profile, direction).read()
