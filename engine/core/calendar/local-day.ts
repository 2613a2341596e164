import offsets from "./offsets.json" with { type: "json" }

type Transition = readonly [from: number, offsetSeconds: number]
const zones = new Map<string, ReadonlyArray<Transition>>(
  Object.entries(offsets).map(([zone, transitions]) => [zone, transitions as unknown as ReadonlyArray<Transition>])
)

/** The time zones whose offsets the repository carries (data from 2010 to 2040; the tests hold it against Intl). */
export const knownTimeZones: ReadonlyArray<string> = [...zones.keys()]

/** True in the years whose offsets the data file carries; outside them local days would be guesses. */
export const hasOffsets = (time: number): boolean => time >= FIRST_KNOWN && time < FIRST_UNKNOWN

const FIRST_KNOWN = Date.UTC(2010, 0, 1) / 1000
const FIRST_UNKNOWN = Date.UTC(2040, 0, 1) / 1000

/** A local day: its name (`2016-03-27`), its first second and the first second after it. It has 92, 96 or 100 periods. */
export interface LocalDay {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Offset of local time from UTC at `time`, in seconds. Throws RangeError for an unknown zone. */
export const offsetAt = (zone: string, time: number): number => {
  const transitions = zones.get(zone)
  if (transitions === undefined) throw new RangeError(`unknown time zone: ${zone}`)
  let offset = transitions[0]![1]
  for (const [from, seconds] of transitions) {
    if (from > time) break
    offset = seconds
  }
  return offset
}

const DAY = 86_400

/** First second of the local day whose midnight in UTC terms is `midnight` (seconds, a multiple of a day). */
const startOfDay = (zone: string, midnight: number): number => {
  const guess = midnight - offsetAt(zone, midnight)
  return midnight - offsetAt(zone, guess)
}

/** The local day that holds `time`. */
export const localDayOf = (zone: string, time: number): LocalDay => {
  const midnight = Math.floor((time + offsetAt(zone, time)) / DAY) * DAY
  return {
    name: new Date(midnight * 1000).toISOString().slice(0, 10),
    start: startOfDay(zone, midnight),
    end: startOfDay(zone, midnight + DAY)
  }
}

/** The local day named `2016-03-27`, or undefined where the name is no day. */
export const localDayNamed = (zone: string, name: string): LocalDay | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(name)) return undefined
  const midnight = Date.parse(`${name}T00:00:00Z`) / 1000
  if (!Number.isInteger(midnight) || new Date(midnight * 1000).toISOString().slice(0, 10) !== name) return undefined
  return { name, start: startOfDay(zone, midnight), end: startOfDay(zone, midnight + DAY) }
}

/** Seconds since local midnight by the clock on the wall: 02:15 is 8,100 on every day. */
export const secondsOfLocalDay = (zone: string, time: number): number => (((time + offsetAt(zone, time)) % DAY) + DAY) % DAY

/** Name of the local day after one. */
export const dayAfter = (dayName: string): string => new Date(Date.parse(dayName) + DAY * 1_000).toISOString().slice(0, 10)

/** The settlement month of a local day: `2016-03`. */
export const monthOf = (dayName: string): string => dayName.slice(0, 7)
