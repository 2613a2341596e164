import type { UnitReader } from "../client/modbus-connection.ts"
import { promised, type Waiter } from "../client/waiter.ts"
import { stepWattHours, wattHours, watts } from "../profiles/decode.ts"
import { isPower, type DeviceProfile, type Direction, type Register, type Role } from "../profiles/profile.ts"
import { ratioOf, registerWords, spanOf, wordsOf, type RawBlock } from "../profiles/raw-block.ts"
import { ProfileReader, type ProfileAnswers, type ProfileReaderSettings } from "./profile-reader.ts"
import { ModelNotFound } from "./sunspec.ts"

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

/**
 * The counter that settles a direction: its own, or for a withdrawal the only one that the device has, which then
 * counts both ways and fits a metering point that never gives.
 */
const counterOf = (profile: DeviceProfile, direction: Direction): Role => {
  const has = (role: Role): boolean => profile.registers.some((register) => register.role === role)
  const own = direction === "withdrawal" ? "importEnergy" : "exportEnergy"
  if (has(own)) return own
  if (direction === "withdrawal" && has("totalEnergy") && !has("exportEnergy")) return "totalEnergy"
  throw new MissingCounter(`${profile.id} has no counter for ${direction}`)
}

/** A register's words, and everything that its value is multiplied with. */
const pick = (registers: readonly Register[], raw: readonly RawBlock[], register: Register) =>
  ({ ...registerWords(register, wordsOf(raw, spanOf(register))), ratio: ratioOf(register, registers, raw) })

/** One read: waits for the answers, and gives on what they mean. */
class MeterRead implements Waiter<ProfileAnswers> {
  readonly #reader: MeterReader
  readonly #waiter: Waiter<MeterReading>

  constructor(reader: MeterReader, waiter: Waiter<MeterReading>) {
    this.#reader = reader
    this.#waiter = waiter
  }

  resolve(answers: ProfileAnswers): void {
    let reading: MeterReading
    try {
      reading = this.#reader.decode(answers)
    } catch (error) {
      return this.#waiter.reject(error)
    }
    this.#waiter.resolve(reading)
  }

  reject(error: unknown): void {
    this.#waiter.reject(error)
  }
}

/** Reads one metering point over one unit; keeps what it learned about the device from poll to poll. */
export class MeterReader {
  readonly #reader: ProfileReader
  readonly #profile: DeviceProfile
  readonly #direction: Direction
  readonly #counter: Role

  /** `occurrence` is for SunSpec: which of several equal devices. Throws MissingCounter. */
  constructor(unit: UnitReader, profile: DeviceProfile, direction: Direction, { occurrence = 1, onSplit }: Pick<ProfileReaderSettings, "occurrence" | "onSplit"> = {}) {
    this.#profile = profile
    this.#direction = direction
    this.#counter = counterOf(profile, direction)
    const wants = (register: Register): boolean => register.role === this.#counter || isPower(register)
    this.#reader = new ProfileReader(unit, profile, { wants, occurrence, ...(onSplit && { onSplit }) })
  }

  /** Rejects with a ModbusError, ValueRefused or ModelNotFound. */
  read(): Promise<MeterReading> {
    return promised((waiter) => this.ask(waiter))
  }

  /** As `read`, without a promise once the device's map is known. */
  ask(waiter: Waiter<MeterReading>): void {
    this.#reader.ask(new MeterRead(this, waiter))
  }

  /** What the answers mean for the metering point. Throws ValueRefused or ModelNotFound. */
  decode({ registers, raw }: ProfileAnswers): MeterReading {
    const energy = registers.find(({ role }) => role === this.#counter)
    if (!energy) throw new ModelNotFound(`no model of the device has ${this.#counter}`)
    const { words, powerOfTen, ratio } = pick(registers, raw, energy)
    return {
      registerWh: wattHours(energy, words, powerOfTen, ratio),
      powerW: this.#power(registers, raw),
      registerStepWh: stepWattHours(this.#profile, energy, words, powerOfTen, ratio),
      rawWords: raw
    }
  }

  #power(registers: readonly Register[], raw: readonly RawBlock[]): number {
    const sum = (role: Role): number => {
      const register = registers.find((one) => one.role === role)
      if (!register) return 0
      const { words, powerOfTen, ratio } = pick(registers, raw, register)
      return watts(register, words, powerOfTen, ratio)
    }
    const signed = this.#profile.positive === "import" ? sum("power") : -sum("power")
    const imported = signed + sum("importPower") - sum("exportPower")
    const power = this.#direction === "withdrawal" ? imported : -imported
    return power === 0 ? 0 : power // never -0, which is not equal to 0 everywhere
  }
}

/**
 * Reads one metering point once: the import counter for "withdrawal", the export counter (an inverter's
 * yield) for "injection". For repeated reads keep a MeterReader, which remembers the device's map.
 */
export const readMeter = (unit: UnitReader, profile: DeviceProfile, direction: Direction): Promise<MeterReading> =>
  new MeterReader(unit, profile, direction).read()
