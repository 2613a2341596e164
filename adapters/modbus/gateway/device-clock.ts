import { hasOffsets, offsetAt } from "../../../engine/core/calendar/local-day.ts"
import { DeviceException } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import facts from "./device-clocks.json" with { type: "json" }

/** Where a device keeps its clock, and what its words mean: from the makers' documents that `source` names. */
export interface ClockRegister {
  readonly functionCode: 3 | 4
  /** Zero-based protocol address. */
  readonly address: number
  readonly words: number
  /** "unix": seconds since 1970 in one unsigned number; "datetime": year, month and day, hour and minute, milliseconds of the minute. */
  readonly form: "unix" | "datetime"
  /** Whose time the device shows: "utc", or what its installer set, with or without summer time. */
  readonly zone: "utc" | "local"
}

/** The clock register of a profile; undefined for a device that has none, or none that is known. */
export const clockRegisterOf = (profile: string): ClockRegister | undefined => (facts as unknown as Readonly<Record<string, ClockRegister>>)[profile]

const datetime = (words: readonly number[]): number | undefined => {
  const [years, date, time, milliseconds] = words as [number, number, number, number]
  const [year, month, day, hour, minute] = [2_000 + (years & 0x7f), (date >> 8) & 0x0f, date & 0x1f, (time >> 8) & 0x1f, time & 0x3f]
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || milliseconds > 59_999) return undefined
  return Math.floor(Date.UTC(year, month - 1, day, hour, minute, 0, milliseconds) / 1_000)
}

/** What a device's clock shows, in seconds as if it were UTC; undefined where it was never set. */
export const shownSeconds = ({ form }: ClockRegister, words: readonly number[]): number | undefined => {
  if (form === "datetime") return datetime(words)
  const seconds = words[0]! * 65_536 + words[1]!
  return seconds === 0 || seconds === 0xffff_ffff ? undefined : seconds
}

const HALF_YEAR = 182 * 86_400

/**
 * UTC of a clock that shows local time. Installers set meters to legal time or to winter time all the year, and the
 * device does not say which, so the nearer of both counts. Undefined for years whose offsets are not known.
 */
export const nearestUtc = (shown: number, zone: string, now: number): number | undefined => {
  if (!hasOffsets(now)) return undefined
  const candidates = [now, now - HALF_YEAR, now + HALF_YEAR].map((time) => shown - offsetAt(zone, time))
  return candidates.reduce((best, one) => (Math.abs(one - now) < Math.abs(best - now) ? one : best))
}

/** A device's clock as it was read: what it shows, and how many seconds it lies ahead of the gateway's. */
export interface DeviceClock {
  readonly seconds: number
  readonly offset: number
}

/** Exceptions that say that there is no such register: another model of the family, which need not be asked again. */
const NEVER: ReadonlySet<number> = new Set([1, 2, 3])

/** Reads the clock of one device over its unit; `zone` is where its installer lives. What does not answer has none, and disturbs nobody. */
export const clockReader = (unit: UnitReader, register: ClockRegister, zone: string | undefined): ((now: () => number) => Promise<DeviceClock | undefined>) => {
  let isThere = register.zone === "utc" || zone !== undefined
  return async (now) => {
    if (!isThere) return undefined
    try {
      const words = await unit.read(register.functionCode, register.address, register.words)
      const at = now()
      const shown = shownSeconds(register, words)
      if (shown === undefined) return undefined
      const seconds = register.zone === "utc" ? shown : nearestUtc(shown, zone!, at)
      return seconds === undefined ? undefined : { seconds, offset: seconds - at }
    } catch (error) {
      if (error instanceof DeviceException && NEVER.has(error.code)) isThere = false
      return undefined
    }
  }
}
