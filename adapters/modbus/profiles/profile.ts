/**
 * What a device profile says. A profile is data: one JSON file beside this module for each device.
 *
 * The sign convention is ONE fact for each device: `positive` names the way in which the device counts as
 * positive. Which counter is import follows from it, and so does the sign of power; a wrong `positive`
 * therefore shows as wrong energy in a test and cannot hide in power alone.
 */

/** The way energy flows through a metering point, seen from the one who owns it. */
export type Flow = "import" | "export"

/** "withdrawal" settles the energy taken from the grid, "injection" the energy given to it. */
export type Direction = "withdrawal" | "injection"

/** How the bits of a register are read; the bytes inside a word are always big-endian. */
export type RegisterType =
  | "int16" | "uint16" | "int32" | "uint32" | "int64" | "uint64" | "float32" | "float64"

/** "little" means: the least significant word comes first. */
export type WordOrder = "big" | "little"

/** An exact factor; a decimal fraction would lose energy. Both parts are positive integers. */
export interface Rational {
  readonly numerator: number
  readonly denominator: number
}

/** Where one measured quantity stands in a device, and what its bits mean. */
export interface Register {
  /**
   * `energyPositive`, `energyNegative`, `power` (signed), or `powerPositive` with `powerNegative` (unsigned
   * pair), where positive and negative are the device's own senses; or any other name, which is not settled.
   */
  readonly measurement: string
  readonly functionCode: 3 | 4
  /** Zero-based protocol address; with `model`, the offset from the model's first word (its id). */
  readonly address: number
  /** The SunSpec model that holds the register. */
  readonly model?: number
  readonly words: number
  readonly type: RegisterType
  readonly wordOrder: WordOrder
  /** value in `unit` = raw x numerator / denominator (x 10^scale factor of the device, if it has one). */
  readonly scale: Rational
  /** Where the device keeps a power of ten for this register (SunSpec), addressed as `address` is. */
  readonly scaleFactorAddress?: number
  readonly unit: string
  /** Bit patterns, as wide as the register, that mean "no value here". */
  readonly notImplemented: readonly bigint[]
  /** For power only: what a "not implemented" means, for inverters that show it at night. */
  readonly notImplementedReads?: 0
}

/** One kind of device. */
export interface DeviceProfile {
  readonly id: string
  readonly description: string
  /** Where the facts were read. */
  readonly source: string
  /** "sunspec": find the map by its marker and walk its models, for registers with a `model`. */
  readonly addressing: "fixed" | "sunspec"
  /** The sense that the device calls positive. */
  readonly positive: Flow
  /** The smallest step of the energy counters in Wh; a SunSpec scale factor overrules it. */
  readonly registerStepWh: number
  /** Unused words that one request may read across. Some devices refuse any. */
  readonly maxGap: number
  /** The longest request in words. */
  readonly maxWords: number
  /** Requests in flight on one connection. 1 for RTU gateways and most inverters. */
  readonly depth: number
  /** Some devices swallow what they are asked too soon after a connect. */
  readonly silenceAfterConnectMs: number
  readonly registers: readonly Register[]
}

/** Words that each type occupies. */
export const wordsOfType: Readonly<Record<RegisterType, number>> = {
  int16: 1, uint16: 1, int32: 2, uint32: 2, int64: 4, uint64: 4, float32: 2, float64: 4
}

/** Wh in one of each unit of energy that a register may have. */
export const wattHoursOfUnit: Readonly<Record<string, number>> = { Wh: 1, kWh: 1_000, MWh: 1_000_000 }

/** W in one of each unit of power that a register may have. */
export const wattsOfUnit: Readonly<Record<string, number>> = { W: 1, kW: 1_000, MW: 1_000_000 }

/** True for the counters that can be settled. */
export const isEnergy = (measurement: string): boolean =>
  measurement === "energyPositive" || measurement === "energyNegative"

/** True for the registers that make up the momentary power. */
export const isPower = (measurement: string): boolean =>
  measurement === "power" || measurement === "powerPositive" || measurement === "powerNegative"

/** Requests that one connection may ever have in flight: modbus-serial mixes up answers above 256. */
export const highestDepth = 200

/** The words that Modbus allows in one answer. */
export const highestWords = 125
