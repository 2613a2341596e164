import type { ReadingFlag } from "../../../engine/core/metering/evidence.ts"

/** What a meter shows at one moment. */
export interface Shown {
  readonly time: number
  readonly registerWh: number
  readonly powerW: number
  /** The step in Wh by which the counter moves. */
  readonly registerStepWh: number
  /** The device's answers in canonical bytes: equal bytes mean that nothing at all has moved. */
  readonly raw: string
  /** The counter of the other direction, where the same device serves it too. */
  readonly otherWh?: number | undefined
  /** The device's own clock in seconds, where it has one. */
  readonly deviceClock?: number | undefined
  /** What it showed when it was read before; without this, as at the reading before. */
  readonly clockBefore?: { readonly time: number; readonly deviceClock: number } | undefined
}

/** The counter's rise in Wh that the connection can carry from one reading to the next; two steps for the display. */
export const highestRise = (ratedWatts: number, from: Shown, to: Shown): number =>
  Math.ceil((ratedWatts * (to.time - from.time)) / 3_600) + 2 * Math.max(from.registerStepWh, to.registerStepWh)

/** Seconds after which a device clock that stands still is no coarse display any more. */
const CLOCK_PATIENCE = 120

const isBetween = (value: number, lowest: number, highest: number): boolean => value >= lowest && value <= highest

/** The energy in Wh that a load as shown would have used since, at the least. */
const expectedWh = (last: Shown, now: Shown): number => (Math.min(last.powerW, now.powerW) * (now.time - last.time)) / 3_600

const isSwapped = (last: Shown, now: Shown, rise: number): boolean =>
  last.otherWh !== undefined &&
  now.otherWh !== undefined &&
  isBetween(now.registerWh - last.otherWh, 0, rise) &&
  isBetween(now.otherWh - last.registerWh, 0, rise)

/** A clock that stands still while the counter goes on has an empty battery; the value is no old one. */
const hasStopped = (last: Shown, now: Shown): boolean => {
  const before = now.clockBefore ?? { time: last.time, deviceClock: last.deviceClock }
  return now.deviceClock !== undefined && now.deviceClock === before.deviceClock && now.time - before.time > CLOCK_PATIENCE
}

/**
 * What is wrong with a reading, held against the last one that was trusted; undefined where nothing is. Of several
 * explanations the most particular one is named. A wrong value below the detectable size (rated power times elapsed
 * time, plus two steps of the counter) looks like load, and stays for the engine's rules to find.
 */
export const suspicionOf = (last: Shown | undefined, now: Shown, ratedWatts: number): ReadingFlag | undefined => {
  if (last === undefined) return undefined
  const rise = highestRise(ratedWatts, last, now)
  const moved = now.registerWh - last.registerWh
  if (!isBetween(moved, 0, rise)) {
    if (isSwapped(last, now, rise)) return "SwappedDirections"
    if (now.registerWh === 0) return "MomentaryZero"
    return moved < 0 ? "CounterRestarted" : "ImpossibleJump"
  }
  if (moved === 0 && hasStopped(last, now)) return "StaleClock"
  return now.raw === last.raw && expectedWh(last, now) > 2 * now.registerStepWh ? "StaleRegister" : undefined
}
