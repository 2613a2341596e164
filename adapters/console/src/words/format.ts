import { words } from "./words.ts"

const numbers = (options: Intl.NumberFormatOptions): Intl.NumberFormat => new Intl.NumberFormat(words.language, options)
const whole = numbers({ maximumFractionDigits: 0 })
const oneDigit = numbers({ minimumFractionDigits: 1, maximumFractionDigits: 1 })
const twoDigits = numbers({ minimumFractionDigits: 2, maximumFractionDigits: 2 })
const fourDigits = numbers({ minimumFractionDigits: 4, maximumFractionDigits: 4 })

/** A true minus sign, as wide as the digits. */
const withMinus = (text: string): string => text.replace("-", "\u2212")

export const count = (value: number): string => whole.format(value)
export const wattHours = (value: number): string => `${whole.format(value)} Wh`
export const kilowattHours = (wh: number): string => `${oneDigit.format(wh / 1000)} kWh`
export const kilowatts = (watts: number): string => withMinus(`${oneDigit.format(watts / 1000)} kW`)
/** From micro-units per kWh. */
export const centsPerKwh = (price: number): string => withMinus(`${twoDigits.format(price / 10_000)} ct/kWh`)
/** From nano-units that are small, such as one trade's. */
export const smallEuro = (nano: number): string => withMinus(`${fourDigits.format(nano / 1e9)} EUR`)
/** From nano-units in decimal digits, rounded to cents half away from zero, for display only. */
export const euro = (digits: string): string => {
  const nano = BigInt(digits)
  const cents = ((nano < 0n ? -nano : nano) + 5_000_000n) / 10_000_000n
  const text = `${whole.format(cents / 100n)}.${String(cents % 100n).padStart(2, "0")} EUR`
  return nano < 0n && cents > 0n ? `\u2212${text}` : text
}

const clocks = new Map<string, Intl.DateTimeFormat>()
const clock = (zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = zone + JSON.stringify(options)
  const known = clocks.get(key) ?? new Intl.DateTimeFormat(words.language, { timeZone: zone, ...options })
  clocks.set(key, known)
  return known
}

/** `14:15` by the clock of the area. */
export const timeOfDay = (zone: string, seconds: number): string => clock(zone, { hour: "2-digit", minute: "2-digit" }).format(seconds * 1000)
/** `14:15–14:30`. */
export const periodText = (zone: string, start: number, length: number): string => `${timeOfDay(zone, start)}\u2013${timeOfDay(zone, start + length)}`
/** `Wed 15 Jun 2016, 14:15`. */
export const dayAndTime = (zone: string, seconds: number): string =>
  clock(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(seconds * 1000)
/** `Wed 15 Jun 2016` of `2016-06-15`. */
export const dayText = (name: string): string =>
  clock("UTC", { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(Date.parse(`${name}T00:00:00Z`))
/** `40 s ahead` of a clock's offset in seconds. */
export const clockOffset = (seconds: number): string =>
  seconds === 0 ? words.quality.clock.right : words.quality.clock[seconds > 0 ? "ahead" : "behind"](count(Math.abs(seconds)))
/** The beginning and end of a hash. */
export const shortHash = (hex: string): string => `${hex.slice(0, 8)}\u2026${hex.slice(-4)}`
