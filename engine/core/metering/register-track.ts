import { PERIOD_SECONDS, periodOf } from "../calendar/period.ts"
import type { Quality, RegisterTrack } from "./metering-point.ts"

/** Energy of one delivery period, from the register. */
export interface IntervalEnergy {
  readonly period: number
  readonly energyWh: number
  readonly quality: Quality
}

/** The track of a metering point's first reading. An edge exists only from the next period start on, or at once if it lies there. */
export const beginTrack = (time: number, registerWh: number): RegisterTrack => {
  const onEdge = periodOf(time) === time
  return { time, registerWh, edgeTime: onEdge ? time : 0, edgeRegisterWh: onEdge ? registerWh : 0, edgeMeasured: onEdge ? "yes" : "no" }
}

/**
 * Moves the track to a later reading and returns the interval values that it completes. The register's value at a
 * period edge between two readings is interpolated in time and floored, so the intervals re-sum to the register
 * difference exactly. A value between two edges read on the spot is measured, every other is calculated.
 */
export const advanceTrack = (
  track: RegisterTrack,
  time: number,
  registerWh: number
): { readonly track: RegisterTrack; readonly intervals: ReadonlyArray<IntervalEnergy> } => {
  const intervals: Array<IntervalEnergy> = []
  let { edgeTime, edgeRegisterWh, edgeMeasured } = track
  const span = BigInt(time - track.time)
  const rise = BigInt(registerWh - track.registerWh)
  for (let edge = periodOf(track.time) + PERIOD_SECONDS; edge <= time; edge += PERIOD_SECONDS) {
    const atEdge = track.registerWh + Number((rise * BigInt(edge - track.time)) / span)
    const measured = edge === time ? "yes" : "no"
    if (edgeTime !== 0) {
      intervals.push({
        period: edgeTime,
        energyWh: atEdge - edgeRegisterWh,
        quality: measured === "yes" && edgeMeasured === "yes" ? "measured" : "calculated"
      })
    }
    edgeTime = edge
    edgeRegisterWh = atEdge
    edgeMeasured = measured
  }
  return { track: { time, registerWh, edgeTime, edgeRegisterWh, edgeMeasured }, intervals }
}
