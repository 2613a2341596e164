/**
 * What a device profile says. A profile is data: one JSON file in `devices/` for each device, or a file of the
 * user's own. docs/guides/meter-profiles.md explains how to write one.
 */

/** The way energy flows through a metering point, seen from the one who owns it. */
export type Flow = "import" | "export"

/** "withdrawal" settles the energy taken from the grid, "injection" the energy given to it. */
export type Direction = "withdrawal" | "injection"

/**
 * How the bits of a register are read. `bcd` has four decimal digits in each word, `mod10000` a number from 0 to
 * 9999 in each; these and `text` are as wide as the register says. `parts` is what a quantity in several registers has.
 */
export type RegisterType =
  | "int16" | "uint16" | "int32" | "uint32" | "int48" | "uint48" | "int64" | "uint64" | "float32" | "float64"
  | "bcd" | "mod10000" | "text" | "parts"

/** "little" means: the least significant word (or byte of a word) comes first. */
export type Order = "big" | "little"

/** Kept as a name of its own, because a device's word order is a fact that people look for. */
export type WordOrder = Order

/** What a register is to a metering point. Energy is a counter; power is momentary. */
export type Role = "importEnergy" | "exportEnergy" | "totalEnergy" | "power" | "importPower" | "exportPower"

/** An exact factor; a binary fraction would lose energy. The denominator is positive, the numerator not 0. */
export interface Rational {
  readonly numerator: number
  readonly denominator: number
}

/** Where one measured quantity stands in a device, and what its bits mean. */
export interface Register {
  /** The name of the quantity, unique in its profile (in its model, with SunSpec). */
  readonly name: string
  /**
   * `importEnergy`, `exportEnergy` and `totalEnergy` (both ways in one counter) are settled; `power` is signed and
   * positive in the profile's `positive` sense, `importPower` and `exportPower` are a pair without sign.
   */
  readonly role?: Role
  readonly functionCode: 3 | 4
  /** Zero-based protocol address; with `model`, the offset from the model's first word (its id). */
  readonly address: number
  /** The SunSpec model that holds the register. */
  readonly model?: number
  readonly words: number
  readonly type: RegisterType
  readonly wordOrder: WordOrder
  /** Order of the two bytes in each word; "big" in all but a few devices. */
  readonly byteOrder: Order
  /** value in `unit` = (raw + offset) x numerator / denominator (x 10^scale factor of the device, if it has one). */
  readonly scale: Rational
  /** Counts that are added before the scale. */
  readonly offset: number
  /** Where the device keeps a power of ten for this register (SunSpec), addressed as `address` is. */
  readonly scaleFactorAddress?: number
  /** The integers whose sum is the value, the largest first; they lie in the words of the register and come in one answer. */
  readonly parts?: readonly Register[]
  /** A signed counter whose sign has no meaning: some devices count what they export downwards from 0. */
  readonly absolute?: true
  /** Patterns from this one on are no counts: where makers are known to put negative numbers into unsigned counters. */
  readonly refusedFrom?: bigint
  /** Names of registers whose values multiply this one: ratios of transformers that the device leaves to its reader. */
  readonly multiplyBy?: readonly string[]
  /** Empty for a plain number or a text. */
  readonly unit: string
  /** Bit patterns, as wide as the register, that mean "no value here". */
  readonly notImplemented: readonly bigint[]
  /** For power only: what a "not implemented" means, for inverters that show it at night. */
  readonly notImplementedReads?: 0
  /** Names of the numbers that a state register shows. */
  readonly enumeration?: ReadonlyMap<number, string>
  /** Names of the bits of a register of flags, the lowest bit being 0. */
  readonly flags?: ReadonlyMap<number, string>
}

/** A value by which a device is recognised: it must lie in a range, be one of several, or contain a text. */
export interface Probe {
  /** Name of a register of the profile. */
  readonly register: string
  readonly lowest?: number
  readonly highest?: number
  readonly oneOf?: readonly (number | string)[]
  readonly contains?: string
}

/** One kind of device. */
export interface DeviceProfile {
  readonly id: string
  /** Other names under which people know the same register map. */
  readonly aliases: readonly string[]
  /** The page of the documentation on which the device stands. */
  readonly family: string
  readonly kind: "meter" | "inverter" | "battery"
  readonly description: string
  /** Where the facts were read, and under which licence that source is. */
  readonly source: string
  readonly licence: string
  /** What one should know before trusting the device. */
  readonly notes: readonly string[]
  /** "sunspec": find the map by its marker and walk its models, for registers with a `model`. */
  readonly addressing: "fixed" | "sunspec"
  /** Where a SunSpec map is looked for, where it is not at one of the standard's places. */
  readonly baseAddresses?: readonly number[]
  /** What a positive signed power means, after its scale: energy taken from the grid, or given to it. */
  readonly positive: Flow
  /** The smallest step of the energy counters in Wh; a SunSpec scale factor and a float's own step overrule it. */
  readonly registerStepWh: number
  /** TCP port and unit id that the maker sets. */
  readonly port: number
  readonly unit: number
  /** Unused words that one request may read across. Some devices refuse any. */
  readonly maxGap: number
  /** The longest request in words. */
  readonly maxWords: number
  /** Requests in flight on one connection. 1 for RTU gateways and most inverters. */
  readonly depth: number
  /** Some devices swallow what they are asked too soon after a connect. */
  readonly silenceAfterConnectMs: number
  /** TCP connections that the device bears at once; 0 where no limit is known. */
  readonly clients: number
  /** Exception codes with which the device refuses a block as a whole, though it would answer its parts. */
  readonly splitOn: readonly number[]
  readonly probes: readonly Probe[]
  readonly registers: readonly Register[]
}

/** Words that each type of a fixed width occupies. */
export const wordsOfType: Readonly<Partial<Record<RegisterType, number>>> = {
  int16: 1, uint16: 1, int32: 2, uint32: 2, int48: 3, uint48: 3, int64: 4, uint64: 4, float32: 2, float64: 4
}

/** All types that a register of its own may have, for messages and checks. */
export const registerTypes: readonly RegisterType[] = [
  "int16", "uint16", "int32", "uint32", "int48", "uint48", "int64", "uint64", "float32", "float64", "bcd", "mod10000", "text"
]

/** All roles, for messages and checks. */
export const roles: readonly Role[] = ["importEnergy", "exportEnergy", "totalEnergy", "power", "importPower", "exportPower"]

/** Wh in one of each unit of energy that a register may have. */
export const wattHoursOfUnit: Readonly<Record<string, number>> = { Wh: 1, kWh: 1_000, MWh: 1_000_000, GWh: 1_000_000_000 }

/** W in one of each unit of power that a register may have. */
export const wattsOfUnit: Readonly<Record<string, number>> = { W: 1, kW: 1_000, MW: 1_000_000 }

/** True for the counters that can be settled. */
export const isEnergy = ({ role }: Pick<Register, "role">): boolean =>
  role === "importEnergy" || role === "exportEnergy" || role === "totalEnergy"

/** True for the registers that make up the momentary power. */
export const isPower = ({ role }: Pick<Register, "role">): boolean =>
  role === "power" || role === "importPower" || role === "exportPower"

/** True for types that hold a binary fraction. */
export const isFloat = ({ type }: Pick<Register, "type">): boolean => type === "float32" || type === "float64"

/** Requests that one connection may ever have in flight: modbus-serial mixes up answers above 256. */
export const highestDepth = 200

/** The words that Modbus allows in one answer. */
export const highestWords = 125
