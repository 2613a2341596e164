/**
 * Plausible quantities that move: a house of 1.2 kW on average whose counters follow its power exactly. A pure
 * function of time and seed, so that two devices of one seed agree and a test can ask what a device must show.
 */
import type { DeviceProfile, Register } from "../profiles/profile.ts"

/** What stands behind a device's registers at one moment. */
export interface Quantities {
  readonly importWh: bigint
  readonly exportWh: bigint
  /** Power taken from the grid in W (for inverters: given). */
  readonly powerW: number
  readonly voltage: number
  readonly frequency: number
}

const averageW = 1_200
const swingW = 700
const periodSeconds = 600
const turn = (2 * Math.PI) / periodSeconds

/** Energy in Wh since the start: the integral of the power. */
const energyAt = (seconds: number): bigint =>
  BigInt(Math.floor((averageW * seconds + (swingW / turn) * (1 - Math.cos(turn * seconds))) / 3_600))

/** The quantities so many seconds after the start. `seed` (0 to 999,999) gives each device counters of its own. */
export const quantitiesAt = (kind: DeviceProfile["kind"], seed: number, seconds: number): Quantities => {
  const moving = energyAt(seconds)
  const imported = 12_345_678n + BigInt(seed) * 1_009n
  const exported = 2_345_671n + BigInt(seed) * 499n
  const isSource = kind !== "meter"
  return {
    importWh: isSource ? imported : imported + moving,
    exportWh: isSource ? exported + moving : exported,
    powerW: averageW + swingW * Math.sin(turn * seconds),
    voltage: 230 + 3 * Math.sin(turn * seconds * 7),
    frequency: 50 + 0.02 * Math.sin(turn * seconds * 11)
  }
}

/** The part of a whole that a phase or a tariff has, by the register's name. */
const shareOf = (name: string): readonly [bigint, bigint] => {
  if (/(L[123]|Ph[ABC]|T2)$/i.test(name)) return [1n, 3n]
  return name.endsWith("T1") ? [2n, 3n] : [1n, 1n]
}

/** How a quantity of a register follows from what stands behind it. Names are understood once, not at each request. */
export type Quantity<Value> = (moment: Quantities) => Value

/** Wh that a counter shows; reactive and apparent ones a tenth of the active. */
export const energyOf = ({ name, role, unit }: Register): Quantity<bigint> => {
  const [part, whole] = shareOf(name)
  const divisor = unit.endsWith("Wh") ? whole : whole * 10n
  const base: Quantity<bigint> = role === "exportEnergy" || /exp|inj/i.test(name)
    ? ({ exportWh }) => exportWh
    : role === "importEnergy" || /imp|abs/i.test(name) ? ({ importWh }) => importWh : ({ importWh, exportWh }) => importWh + exportWh
  return (moment) => (base(moment) * part) / divisor
}

/** The signed share of the power that a register shows, in the sense that its profile calls positive. */
const powerShare = (register: Register, profile: DeviceProfile): number => {
  const isGiven = profile.kind !== "meter"
  if (register.role === "importPower") return isGiven ? 0 : 1
  if (register.role === "exportPower") return isGiven ? 1 : 0
  return isGiven === (profile.positive === "export") ? 1 : -1
}

/** A momentary quantity in the register's unit. */
export const momentOf = (register: Register, profile: DeviceProfile): Quantity<number> => {
  const { name, unit } = register
  const [part, whole] = shareOf(name)
  const share = Number(part) / Number(whole) / (unit.startsWith("k") ? 1_000 : unit.startsWith("M") ? 1_000_000 : 1)
  const ofPower = (factor: number): Quantity<number> => ({ powerW }) => powerW * share * factor
  if (unit.endsWith("W")) return ofPower(powerShare(register, profile))
  if (unit.endsWith("VA")) return ofPower(1.02)
  if (unit.endsWith("var")) return ofPower(0.2)
  if (unit === "V") {
    const factor = /^PP|L[123]L[123]|Ph(AB|BC|CA)/.test(name) ? Math.sqrt(3) : 1
    return ({ voltage }) => voltage * factor
  }
  if (unit === "A") return ({ powerW, voltage }) => (powerW * share) / voltage
  if (unit === "Hz") return ({ frequency }) => frequency
  const still = unit === "°C" ? 35 : unit === "%" ? (name.startsWith("PF") ? 98 : 2.5) : unit === "" ? 0.98 : 1
  return () => still
}
