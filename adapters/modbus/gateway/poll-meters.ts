import type { DeviceClock } from "./device-clock.ts"
import { isLookDue } from "./follow-clock.ts"
import type { GatewayParts } from "./gateway-parts.ts"
import { judgePoll, type Polled } from "./read-meters.ts"
import type { StoreError } from "./store-error.ts"
import { storeAndSeal } from "./store-polled.ts"

/** How meters are read. */
export interface PollOptions {
  /** Reads one meter, at once; never rejects for a device. */
  readonly read: (meteringPoint: string) => Promise<Polled>
  /** Seconds that the clock which gives reading times lies ahead of the engine's; undefined where that is not known. */
  readonly ownOffset?: () => number | undefined
  /** Reads the clock of a meter's device at a poll of `time`; undefined where it has none. Never rejects. */
  readonly readClock?: (meteringPoint: string, time: number) => Promise<DeviceClock | undefined>
}

/** How many seconds the clock of a meter's device lies ahead of the engine's. */
export interface ClockOffset {
  readonly meteringPoint: string
  readonly seconds: number
}

/** What a poll brought. */
export interface PollSummary {
  readonly readings: number
  readonly withheld: number
  readonly failures: ReadonlyArray<{ readonly meteringPoint: string; readonly message: string }>
  /** Clocks of meters that have something new to tell. */
  readonly clocks: ReadonlyArray<ClockOffset>
  /** Why the readings are only held in memory; undefined where they are stored. */
  readonly notStored: StoreError | undefined
}

/** The last that is known of a meter. */
const stateOf = ({ held, store }: GatewayParts, meteringPoint: string) => held.lastOf(meteringPoint) ?? store.meter(meteringPoint)

/** What meters and their devices' clocks showed, by metering point; a clock is there where it was due and the device has one. */
interface Shown {
  readonly results: ReadonlyMap<string, Polled>
  readonly clocks: ReadonlyMap<string, DeviceClock>
}

const readAll = async (parts: GatewayParts, { read, readClock }: PollOptions, meteringPoints: ReadonlyArray<string>, time: number): Promise<Shown> => {
  const clocks = new Map<string, DeviceClock>()
  const readOne = async (meteringPoint: string): Promise<readonly [string, Polled]> => {
    const result = await read(meteringPoint)
    if (readClock === undefined || !result.ok || !isLookDue(stateOf(parts, meteringPoint).memory.clock, time)) return [meteringPoint, result]
    const found = await readClock(meteringPoint, time)
    if (found !== undefined) clocks.set(meteringPoint, found)
    return [meteringPoint, result]
  }
  return { results: new Map(await Promise.all(meteringPoints.map(readOne))), clocks }
}

/** Reads every meter that has no reading of time `time` yet, stores what they show, and seals what is due. */
export const pollMeters = async (parts: GatewayParts, options: PollOptions, time: number): Promise<PollSummary> => {
  const due = parts.sites.flatMap(({ name, points }) => points.filter(({ meteringPoint }) => stateOf(parts, meteringPoint).time < time).map((point) => ({ name, point })))
  if (due.length === 0) return { readings: 0, withheld: 0, failures: [], clocks: [], notStored: undefined }
  const { results, clocks } = await readAll(parts, options, due.map(({ point }) => point.meteringPoint), time)
  const ownOffset = options.ownOffset?.()
  const judging = due.map(({ name, point }) => {
    const { memory } = stateOf(parts, point.meteringPoint)
    return judgePoll(name, point, time, memory, results, options.read, { device: clocks.get(point.meteringPoint), ownOffset })
  })
  const judged = (await Promise.all(judging)).flat()
  const withheld = judged.filter(({ isWithheld }) => isWithheld).length
  return {
    notStored: storeAndSeal(parts, judged, time),
    readings: judged.length - withheld,
    withheld,
    clocks: judged.flatMap(({ meteringPoint, clockOffset }) => (clockOffset === undefined || !clocks.has(meteringPoint) ? [] : [{ meteringPoint, seconds: clockOffset }])),
    failures: [...results.values()].flatMap((result) => (result.ok ? [] : [{ meteringPoint: result.meteringPoint, message: result.error.message }]))
  }
}
