import { PERIOD_SECONDS, periodOf } from "../calendar/period.ts"
import type { Quality, RegisterTrack } from "./metering-point.ts"

/** Energy of one delivery period, from the register; `flags` is a set of bits. */
export interface IntervalEnergy {
  readonly period: number
  readonly energyWh: number
  readonly quality: Quality
  readonly flags: number
}

/** How the rise between two readings spreads over periods: a weight for each; undefined where all count alike. */
export type Weights = ((period: number) => number) | undefined

/** The track of a metering point's first reading. An edge exists only from the next period start on, or at once if it lies there. */
export const beginTrack = (time: number, registerWh: number, powerW = 0, flags = 0): RegisterTrack => {
  const onEdge = periodOf(time) === time
  return {
    time,
    registerWh,
    carriedWh: 0,
    edgeTime: onEdge ? time : 0,
    edgeLineWh: onEdge ? registerWh : 0,
    edgeMeasured: onEdge,
    suspects: [],
    stillSince: time,
    stillPowerW: Math.abs(powerW),
    flags
  }
}

export interface Moved {
  readonly track: RegisterTrack
  readonly intervals: ReadonlyArray<IntervalEnergy>
}

/**
 * Moves the line up by `rise` to `time` and returns the interval values that this completes. The line's value at a
 * period edge between two readings is interpolated - in time, or by the weight of each period - and floored, so the
 * intervals re-sum to the register difference exactly. A value between two edges read on the spot is measured, every
 * other is calculated. `flags` go to every interval that is completed, those of the track to the first.
 */
export const advanceTrack = (track: RegisterTrack, time: number, rise: number, flags = 0, weightOf: Weights = undefined): Moved => {
  const intervals: Array<IntervalEnergy> = []
  const line = track.registerWh + track.carriedWh
  let { edgeTime, edgeLineWh, edgeMeasured } = track
  let pending = track.flags
  const share = shareUntil(track.time, time, weightOf)
  for (let edge = periodOf(track.time) + PERIOD_SECONDS; edge <= time; edge += PERIOD_SECONDS) {
    const atEdge = line + share(edge, rise)
    const measured = edge === time
    if (edgeTime !== 0) {
      const quality = measured && edgeMeasured ? "measured" : "calculated"
      intervals.push({ period: edgeTime, energyWh: atEdge - edgeLineWh, quality, flags: union(pending, flags) })
    }
    pending = 0
    edgeTime = edge
    edgeLineWh = atEdge
    edgeMeasured = measured
  }
  const begun = intervals.length > 0 || edgeTime !== track.edgeTime
  const left = begun ? 0 : union(track.flags, flags)
  return { track: { ...track, time, registerWh: track.registerWh + rise, edgeTime, edgeLineWh, edgeMeasured, suspects: [], flags: left }, intervals }
}

const union = (left: number, right: number): number => (left | right) >>> 0

/** Answers, for ascending times, how much of a rise has come since `from`; the whole at `to`. */
const shareUntil = (from: number, to: number, weightOf: Weights): ((time: number, rise: number) => number) => {
  const weight = (period: number): bigint => (weightOf === undefined ? 1n : BigInt(weightOf(period)))
  const between = (start: number, end: number): bigint => {
    let sum = 0n
    for (let at = start; at < end; ) {
      const next = Math.min(end, periodOf(at) + PERIOD_SECONDS)
      sum += weight(periodOf(at)) * BigInt(next - at)
      at = next
    }
    return sum
  }
  const whole = weightOf === undefined ? BigInt(to - from) : between(from, to)
  let [at, come] = [from, 0n]
  return (time, rise) => {
    come += weightOf === undefined ? BigInt(time - at) : between(at, time)
    at = time
    return whole === 0n ? 0 : Number((BigInt(rise) * come) / whole)
  }
}
