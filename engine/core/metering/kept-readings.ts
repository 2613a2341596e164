import { periodOf } from "../calendar/period.ts"
import type { KeptReading } from "./metering-point.ts"

/** Readings kept of each end of a period. */
const ENDS = 2

/** What became of a reading that was to be kept. */
export type Kept =
  | { readonly status: "Kept" }
  /** The same value of the same time is there already. */
  | { readonly status: "Repeated" }
  /** Another value was signed for the same time: neither counts, both stay in the journal. */
  | { readonly status: "Disputed" }

/**
 * Puts a reading at its place in time. Of each period the first two and the last two stay: which ones these are does
 * not depend on the order of arrival; {@link thinPeriod} removes the others.
 */
export const keepReading = (kept: Array<KeptReading>, reading: KeptReading): Kept => {
  let at = kept.length
  while (at > 0 && isAfter(kept[at - 1]!, reading)) at--
  const same = kept.slice(Math.max(0, at - 2), at).find((other) => other.time === reading.time && (other.kind === "exchange") === (reading.kind === "exchange"))
  if (same === undefined) {
    kept.splice(at, 0, reading)
    return { status: "Kept" }
  }
  if (same.kind === "disputed" || (same.registerWh === reading.registerWh && same.initialWh === reading.initialWh)) return { status: "Repeated" }
  const place = kept.indexOf(same)
  kept[place] = { ...same, sequence: Math.min(same.sequence, reading.sequence), registerWh: 0, powerW: 0, kind: "disputed" }
  return { status: "Disputed" }
}

/** An exchange comes before a reading of the same second, which is the new device's. */
const isAfter = (one: KeptReading, other: KeptReading): boolean =>
  one.time > other.time || (one.time === other.time && one.kind !== "exchange" && other.kind === "exchange")

/** True where the reading at `at` has two of its period before it and two behind it. */
const isSurplus = (kept: ReadonlyArray<KeptReading>, at: number): boolean => {
  const { time, kind } = kept[at]!
  if (kind === "exchange") return false
  const period = periodOf(time)
  const inPeriod = (step: -1 | 1): number => {
    let count = 0
    for (let place = at + step; count < ENDS && kept[place] !== undefined && periodOf(kept[place]!.time) === period; place += step) {
      if (kept[place]!.kind !== "exchange") count++
    }
    return count
  }
  return inPeriod(-1) === ENDS && inPeriod(1) === ENDS
}

/** Removes the one reading of a period that is neither among its first two nor among its last two; answers whether there was one. */
export const thinPeriod = (kept: Array<KeptReading>, period: number): boolean => {
  for (let at = kept.length - 1; at >= 0 && kept[at]!.time >= period; at--) {
    if (periodOf(kept[at]!.time) === period && isSurplus(kept, at)) {
      kept.splice(at, 1)
      return true
    }
  }
  return false
}
