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

/** Wh that a counter shows; reactive and apparent ones a tenth of the active. */
export const energyOf = ({ name, role, unit }: Register, { importWh, exportWh }: Quantities): bigint => {
  const base = role === "exportEnergy" || /exp|inj/i.test(name) ? exportWh : role === "importEnergy" || /imp|abs/i.test(name) ? importWh : importWh + exportWh
  const [part, whole] = shareOf(name)
  const energy = (base * part) / whole
  return unit.endsWith("Wh") ? energy : energy / 10n
}

const kiloOf = (unit: string): number => unit.startsWith("k") ? 1_000 : unit.startsWith("M") ? 1_000_000 : 1

/** The signed power in W that a register shows, in the sense that its profile calls positive. */
const powerOf = (register: Register, profile: DeviceProfile, { powerW }: Quantities): number => {
  const isGiven = profile.kind !== "meter"
  if (register.role === "importPower") return isGiven ? 0 : powerW
  if (register.role === "exportPower") return isGiven ? powerW : 0
  return isGiven === (profile.positive === "export") ? powerW : -powerW
}

/** A momentary quantity in the register's unit. */
export const momentOf = (register: Register, profile: DeviceProfile, moment: Quantities): number => {
  const [part, whole] = shareOf(register.name)
  const share = Number(part) / Number(whole)
  const { unit } = register
  if (unit.endsWith("W")) return (powerOf(register, profile, moment) * share) / kiloOf(unit)
  if (unit.endsWith("VA")) return (moment.powerW * 1.02 * share) / kiloOf(unit)
  if (unit.endsWith("var")) return (moment.powerW * 0.2 * share) / kiloOf(unit)
  if (unit.endsWith("V")) return (/^PP|L[123]L[123]|Ph(AB|BC|CA)/.test(register.name) ? moment.voltage * Math.sqrt(3) : moment.voltage) / kiloOf(unit)
  if (unit === "A") return (moment.powerW * share) / moment.voltage
  if (unit === "Hz") return moment.frequency
  if (unit === "°C") return 35
  if (unit === "%") return register.name.startsWith("PF") ? 98 : 2.5
  return unit === "" ? 0.98 : 1
}
