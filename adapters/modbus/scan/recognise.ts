import { Closed, isModbusError } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import { ProfileReader } from "../poller/profile-reader.ts"
import { discoverModels, ModelNotFound, type ModelPlace } from "../poller/sunspec.ts"
import { decodeAll, type NamedValue } from "../profiles/named-values.ts"
import type { DeviceProfile, Probe, Register, Role } from "../profiles/profile.ts"
import { RememberingReader } from "./remembering-reader.ts"

/** A profile that fits a device, and how well. */
export interface Candidate {
  readonly profile: string
  readonly description: string
  /** Probes that name a certain number or text, which another device hardly shows by chance. */
  readonly certainProbes: number
  /** Probes that hold and that words of zeros, as an empty map has them, would not pass. */
  readonly tellingProbes: number
  /** Registers of the profile that have a value, and how many it has. */
  readonly values: number
  readonly registers: number
  readonly kind: DeviceProfile["kind"]
  /** Whether the profile was found by a SunSpec map. */
  readonly isSunSpec: boolean
  /** What settles a metering point, as this profile reads it from the device. */
  readonly readings: Readonly<Partial<Record<Role, number | string>>>
}

/** What is known of one device. */
export interface Recognised {
  /** Best first. */
  readonly candidates: readonly Candidate[]
  /** The SunSpec models of the device, in its order; empty where it shows none. */
  readonly models: readonly number[]
  /** Manufacturer, model and serial number as a SunSpec device states them. */
  readonly identity: Readonly<Record<string, string>>
  /** False where the device left so many questions unanswered that the rest was not asked. */
  readonly isComplete: boolean
}

const isCertain = ({ oneOf, contains }: Probe): boolean => oneOf !== undefined || contains !== undefined

const isTelling = (probe: Probe): boolean => isCertain(probe) || (probe.lowest ?? -Infinity) > 0 || (probe.highest ?? Infinity) < 0

const readingsOf = (values: readonly NamedValue[]): Candidate["readings"] =>
  Object.fromEntries(values.flatMap(({ role, exact, value }) => role && value !== null ? [[role, exact ?? value]] : []))

/** Whether a device's value is one that the probe expects. */
export const fits = (probe: Probe, { value, status }: NamedValue): boolean => {
  if (status !== "ok" || value === null) return false
  if (probe.oneOf && !probe.oneOf.includes(value)) return false
  if (probe.contains !== undefined && !String(value).includes(probe.contains)) return false
  if (probe.lowest !== undefined && !(typeof value === "number" && value >= probe.lowest)) return false
  return probe.highest === undefined || (typeof value === "number" && value <= probe.highest)
}

/** The values of a device, or none where it refuses the profile's registers or has none of its models. */
const valuesOf = async (unit: UnitReader, profile: DeviceProfile, wants: (register: Register) => boolean): Promise<readonly NamedValue[]> => {
  try {
    const { registers, raw } = await new ProfileReader(unit, profile, { wants, isTolerant: true }).read()
    return decodeAll(registers, raw)
  } catch (error) {
    if (error instanceof Closed || !(isModbusError(error) || error instanceof ModelNotFound)) throw error
    return []
  }
}

const judge = async (unit: UnitReader, profile: DeviceProfile): Promise<Candidate | null> => {
  const probed = new Set(profile.probes.map(({ register }) => register))
  if (probed.size === 0 && profile.addressing === "fixed") return null // a SunSpec device is known by its models
  const shown = await valuesOf(unit, profile, ({ name }) => probed.has(name))
  const isFit = profile.probes.every((probe) => shown.some((value) => value.name === probe.register && fits(probe, value)))
  if (!isFit) return null
  const values = await valuesOf(unit, profile, () => true)
  return {
    profile: profile.id, description: profile.description, registers: profile.registers.length,
    certainProbes: profile.probes.filter(isCertain).length,
    tellingProbes: profile.probes.filter(isTelling).length,
    values: values.filter(({ status }) => status === "ok").length,
    kind: profile.kind,
    isSunSpec: profile.addressing === "sunspec",
    readings: readingsOf(values)
  }
}

/** A certain probe says more than any number of plausible values; then the profile that explains most of the device. */
const better = (a: Candidate, b: Candidate): number =>
  b.certainProbes - a.certainProbes || b.values - a.values || a.registers - b.registers || a.profile.localeCompare(b.profile)

const modelsOf = async (unit: UnitReader): Promise<readonly ModelPlace[]> => {
  try {
    return await discoverModels(unit)
  } catch (error) {
    if (error instanceof Closed || !(isModbusError(error) || error instanceof ModelNotFound)) throw error
    return []
  }
}

/** The texts of SunSpec's common model: manufacturer, model, options, version, serial number (model 1, Apache-2.0). */
const identityOf = async (unit: UnitReader, places: readonly ModelPlace[]): Promise<Readonly<Record<string, string>>> => {
  const common = places.find(({ model }) => model === 1)
  if (!common || common.length < 65) return {}
  const words = await unit.read(3, common.address + 2, 64)
  const text = (from: number, length: number): string => {
    const bytes = words.slice(from, from + length).flatMap((word) => [word >> 8, word & 255])
    return String.fromCharCode(...bytes).replace(/\0.*$/s, "").replace(/[^\x20-\x7e]/g, "?").trim()
  }
  return { manufacturer: text(0, 16), model: text(16, 16), version: text(40, 8), serialNumber: text(48, 16) }
}

/**
 * Finds the profiles that fit the device at a unit: by SunSpec, and by each profile's probes. Devices of one maker
 * often share registers, so several may fit. Rejects with Closed when the connection is closed meanwhile.
 */
export const recognise = async (asked: UnitReader, profiles: readonly DeviceProfile[]): Promise<Recognised> => {
  const unit = new RememberingReader(asked)
  const places = await modelsOf(unit)
  const candidates: Candidate[] = []
  for (const profile of profiles) {
    if (profile.addressing === "sunspec" && places.length === 0) continue
    const candidate = await judge(unit, profile)
    if (candidate && candidate.values > 0) candidates.push(candidate)
  }
  return {
    candidates: candidates.toSorted(better),
    models: places.map(({ model }) => model),
    identity: await identityOf(unit, places).catch(() => ({})),
    isComplete: !unit.hasGivenUp
  }
}
