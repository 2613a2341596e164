import { PERIOD_SECONDS } from "../calendar/period.ts"
import type { KeptReading, RegisterTrack } from "./metering-point.ts"
import { advanceTrack, beginTrack, type IntervalEnergy, type Moved, type Weights } from "./register-track.ts"
import { bitOf, withFlag } from "./validation-flag.ts"

/** Readings in a row, each following on the one before, that make a new line of a register that left its own. */
export const CONFIRMATIONS = 3
/** Longest time between two readings, in seconds, that intervals are interpolated over; after a longer one the track begins anew. */
const LONGEST_SPAN = 400 * 86_400
/** More periods than this without a reading are shaped by the like days of the weeks before, fewer by a straight line. */
export const SHORT_GAP = 8

/** What is known of the device and its connection. */
export interface RegisterLimits {
  readonly capacityWh: number
  readonly rolloverWh: number
  readonly resolutionWh: number
  /** Weights of periods for long gaps; undefined while no like day is known. */
  readonly weightOf: Weights
}

export type FollowStatus = "Followed" | "Late" | "Disputed" | "RegisterFellBack" | "AboveCapacity" | "RegisterBegunAnew"

/** What one reading came to: the track after it and the intervals that it completed. */
export interface Followed extends Moved {
  readonly track: RegisterTrack
  readonly status: FollowStatus
}

/**
 * Takes one reading after the other, in the order of time. A reading that follows on the register moves the line. One
 * that fell back or rose beyond the capacity is left out and remembered as a suspect; when {@link CONFIRMATIONS} of them
 * follow on each other, the register has been reset or has jumped, and a new line begins: nothing is booked in between,
 * and nothing silences the meter.
 */
export const followRegister = (track: RegisterTrack | undefined, reading: KeptReading, limits: RegisterLimits): Followed | undefined => {
  if (track === undefined) return reading.kind === "disputed" ? undefined : { track: beginOf(reading), intervals: [], status: "Followed" }
  if (reading.kind === "disputed") return { track: { ...track, flags: withFlag(track.flags, "Disputed") }, intervals: [], status: "Disputed" }
  if (reading.kind === "exchange") return exchange(track, reading, limits)
  if (reading.time <= track.time) return { track, intervals: [], status: "Late" }
  if (reading.time - track.time > LONGEST_SPAN) return { track: beginOf(reading), intervals: [], status: "RegisterBegunAnew" }
  const moved = move(track, reading, limits)
  return moved === undefined ? suspectReading(track, reading, limits) : { ...moved, status: "Followed" }
}

const beginOf = ({ kind, time, registerWh, initialWh, powerW }: KeptReading): RegisterTrack =>
  beginTrack(time, kind === "exchange" ? initialWh : registerWh, powerW)

/** The rise from one register value to the next, through the highest value where the counter's width is known. */
const riseOf = (from: number, to: number, rolloverWh: number): number | undefined => {
  if (to >= from) return to - from
  return rolloverWh === 0 ? undefined : to - from + rolloverWh
}

/** The register moved on by what the connection can carry, in every period, or undefined. */
const move = (track: RegisterTrack, { time, registerWh, powerW }: KeptReading, limits: RegisterLimits): Moved | undefined => {
  const { capacityWh, rolloverWh, resolutionWh } = limits
  const rise = riseOf(track.registerWh, registerWh, rolloverWh)
  const periods = Math.ceil((time - track.time) / PERIOD_SECONDS)
  if (rise === undefined || rise > capacityWh * periods) return undefined
  const edges = Math.floor(time / PERIOD_SECONDS) - Math.floor(track.time / PERIOD_SECONDS)
  const still = rise === 0 ? stillness(track, time, powerW, resolutionWh) : 0
  const flags = (edges > 1 ? bitOf("Gap") : 0) + (registerWh < track.registerWh ? bitOf("Rollover") : 0) + still + (powerW < -MOST_BACKWARD_POWER ? bitOf("NegativePower") : 0)
  const moved = spread(track, time, rise, flags, edges > SHORT_GAP ? limits.weightOf : undefined, capacityWh)
  if (moved === undefined) return undefined
  const carriedWh = track.carriedWh + (registerWh < track.registerWh ? rolloverWh : 0)
  const stillPowerW = rise === 0 ? Math.min(track.stillPowerW, Math.abs(powerW)) : Math.abs(powerW)
  return { track: { ...moved.track, registerWh, carriedWh, stillSince: rise === 0 ? track.stillSince : time, stillPowerW }, intervals: moved.intervals }
}

/** By the weights of the periods where they are known and no period gets more than it can carry, else by a straight line. */
const spread = (track: RegisterTrack, time: number, rise: number, flags: number, weightOf: Weights, capacityWh: number): Moved | undefined => {
  const shaped = weightOf === undefined ? undefined : advanceTrack(track, time, rise, flags, weightOf)
  if (shaped !== undefined && isWithinCapacity(capacityWh, shaped)) return shaped
  const straight = advanceTrack(track, time, rise, flags)
  return isWithinCapacity(capacityWh, straight) ? straight : undefined
}

/** No delivery period, complete or begun, holds more than the connection can carry, however many readings it took. */
const isWithinCapacity = (capacityWh: number, { track, intervals }: Moved): boolean =>
  intervals.every(({ energyWh }) => energyWh <= capacityWh) &&
  (track.edgeTime === 0 || track.registerWh + track.carriedWh - track.edgeLineWh <= capacityWh)

/** The coarsest step, in Wh, that energy registers in the field have (0.1 kWh); taken where the step is not known. */
export const COARSEST_STEP = 100
/** Power against the direction that measuring noise explains, in W. */
export const MOST_BACKWARD_POWER = 25
/** Energy by the reported power, in Wh and in steps of the register, that must have moved it. */
export const STALE_WH = 20
export const STALE_STEPS = 2
/** A register that stands still under power for so long is a dead meter's, in seconds. */
export const REPUBLISHED_SECONDS = 3_600

/** A register that did not move although the power that was reported all the while should have moved it. */
const stillness = (track: RegisterTrack, time: number, powerW: number, resolutionWh: number): number => {
  const seconds = time - track.stillSince
  const power = Math.min(track.stillPowerW, Math.abs(powerW))
  if (power * seconds <= 3_600 * Math.max(STALE_WH, STALE_STEPS * resolutionWh)) return 0
  return bitOf("Stale") + (seconds >= REPUBLISHED_SECONDS ? bitOf("Republished") : 0)
}

const suspectReading = (track: RegisterTrack, reading: KeptReading, limits: RegisterLimits): Followed => {
  const { time, registerWh } = reading
  const fell = registerWh < track.registerWh
  const last = track.suspects.at(-1)
  const rise = last === undefined || time <= last.time ? undefined : riseOf(last.registerWh, registerWh, limits.rolloverWh)
  const follows = rise !== undefined && rise <= limits.capacityWh * Math.ceil((time - last!.time) / PERIOD_SECONDS)
  const suspects = follows ? [...track.suspects, { time, registerWh }] : [{ time, registerWh }]
  const flags = withFlag(track.flags, "SuspectReading")
  const begun = suspects.length < CONFIRMATIONS ? undefined : newLine(suspects, reading, fell, limits)
  if (begun !== undefined) return { ...begun, status: "RegisterBegunAnew" }
  const recent = suspects.slice(-(CONFIRMATIONS - 1))
  return { track: { ...track, suspects: recent, flags }, intervals: [], status: fell ? "RegisterFellBack" : "AboveCapacity" }
}

/** The line that begins with the first suspect, if the others follow on it period by period. */
const newLine = (suspects: RegisterTrack["suspects"], { powerW }: KeptReading, fell: boolean, limits: RegisterLimits): Moved | undefined => {
  const [first, ...rest] = suspects
  let track = beginTrack(first!.time, first!.registerWh, powerW, bitOf(fell ? "RegisterReset" : "RegisterJump"))
  const intervals: Array<IntervalEnergy> = []
  for (const { time, registerWh } of rest) {
    const moved = move(track, { time, registerWh, powerW, sequence: 0, kind: "reading", initialWh: 0 }, limits)
    if (moved === undefined) return undefined
    track = moved.track
    intervals.push(...moved.intervals)
  }
  return { track, intervals }
}

/** The old device ends with its final reading, the new one begins with its own: the line goes on without a step. */
const exchange = (track: RegisterTrack, reading: KeptReading, limits: RegisterLimits): Followed => {
  const { time, registerWh, initialWh, powerW } = reading
  const isSameMoment = time === track.time && registerWh === track.registerWh
  const moved = isSameMoment ? { track, intervals: [] } : time > track.time ? move(track, { ...reading, powerW: 0 }, limits) : undefined
  if (moved === undefined) {
    return { track: beginTrack(time, initialWh, powerW, bitOf("MeterExchange")), intervals: [], status: "RegisterBegunAnew" }
  }
  const old = moved.track
  const carriedWh = old.registerWh + old.carriedWh - initialWh
  const after = { ...old, registerWh: initialWh, carriedWh, suspects: [], stillSince: time, stillPowerW: Math.abs(powerW) }
  return { track: { ...after, flags: withFlag(after.flags, "MeterExchange") }, intervals: moved.intervals, status: "Followed" }
}
