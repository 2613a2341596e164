import { PERIOD_SECONDS } from "../calendar/period.ts"
import type { Origin, VersionRange } from "./metering-point.ts"

/** Version and origin of a forgotten value; undefined where the period never had one. */
export const forgottenAt = (ranges: ReadonlyArray<VersionRange>, period: number): VersionRange | undefined => {
  const found = ranges[lastFrom(ranges, period)]
  return found !== undefined && period <= found.to ? found : undefined
}

/**
 * Remembers version and origin of a forgotten value. Values of one version and origin in a row are one range, so a
 * dead meter's year of substitutes takes the room of one. Ranges are in the order of time and do not overlap.
 */
export const rememberForgotten = (ranges: Array<VersionRange>, period: number, version: number, origin: Origin): void => {
  const at = lastFrom(ranges, period)
  const holder = ranges[at]
  if (holder !== undefined && period <= holder.to) {
    if (holder.version === version && holder.origin === origin) return
    const parts = [
      { ...holder, to: period - PERIOD_SECONDS },
      { from: period, to: period, version, origin },
      { ...holder, from: period + PERIOD_SECONDS }
    ].filter(({ from, to }) => from <= to)
    ranges.splice(at, 1, ...parts)
  } else ranges.splice(at + 1, 0, { from: period, to: period, version, origin })
  const place = lastFrom(ranges, period)
  join(ranges, place)
  join(ranges, place - 1)
}

/** Joins the range at `at` with the next, where both say the same and touch. */
const join = (ranges: Array<VersionRange>, at: number): void => {
  const [one, next] = [ranges[at], ranges[at + 1]]
  if (one === undefined || next === undefined || one.to + PERIOD_SECONDS !== next.from || one.version !== next.version || one.origin !== next.origin) return
  ranges.splice(at, 2, { ...one, to: next.to })
}

/** Forgets what lies before `horizon` altogether. */
export const dropBefore = (ranges: Array<VersionRange>, horizon: number): void => {
  while (ranges.length > 0 && ranges[0]!.to < horizon) ranges.shift()
  const first = ranges[0]
  if (first !== undefined && first.from < horizon) ranges[0] = { ...first, from: horizon }
}

/** Place of the last range that begins at or before `period`, or -1. */
const lastFrom = (ranges: ReadonlyArray<VersionRange>, period: number): number => {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle]!.from <= period) low = middle + 1
    else high = middle
  }
  return low - 1
}
