import type { ValueOf } from "../quantity/codec.ts"
import { PERIOD_SECONDS, periodOf } from "../calendar/period.ts"
import type { KeptReading, KeptValue, MeteringPoint, Origin, Quality, RegisterTrack } from "./metering-point.ts"
import type { intervalFlagged, intervalValueRecorded } from "./reading.ts"
import { qualityUnder, type ValidationFlag } from "./validation-flag.ts"
import { dropBefore, forgottenAt, rememberForgotten } from "./version-ranges.ts"

type Emit = (event: ValueOf<typeof intervalValueRecorded> | ValueOf<typeof intervalFlagged>) => void

/** How far back, in seconds, an interval value may still get a new version: 400 days and a period. */
export const HORIZON = 400 * 86_400 + PERIOD_SECONDS

/** What is to be recorded for a period. */
export interface NewValue {
  readonly energyWh: number
  readonly quality: Quality
  readonly origin: Origin
  readonly flags?: ReadonlyArray<ValidationFlag>
}

const RANK: Readonly<Record<Origin, number>> = { estimate: 0, device: 1, operator: 2, official: 3 }

/** Whether a value of `origin` may follow on one of `before`: what people or official sources said stands against devices and estimates. */
export const mayReplace = (before: Origin | undefined, origin: Origin): boolean =>
  before === undefined || RANK[origin] >= RANK.operator || (RANK[before] <= RANK.device && RANK[origin] >= RANK[before])

/** Who gave the value of a period, and its version, also where the value itself is forgotten. */
export const standingOf = (point: MeteringPoint, period: number): { readonly version: number; readonly origin: Origin } | undefined =>
  point.values.get(period) ?? forgottenAt(point.past, period)

/**
 * Records the next version of an interval value: nothing is overwritten, the versions before stay in the journal. The
 * same value and quality again is no version. Where official values are to come, a device's are provisional.
 */
export const recordIntervalValue = (meteringPoint: string, point: MeteringPoint, period: number, value: NewValue, emit: Emit): void => {
  const { energyWh, origin, flags = [] } = value
  const standing = standingOf(point, period)
  if (!mayReplace(standing?.origin, origin)) return
  const doubted = qualityUnder(flags, value.quality)
  const quality = origin === "device" && point.source === "official" ? "provisional" : doubted
  const before = point.values.get(period)
  if (before !== undefined && before.energyWh === energyWh && before.quality === quality && before.origin === origin) return
  const isSame = before !== undefined && before.energyWh === energyWh && before.quality === quality
  const version = (standing?.version ?? 0) + (isSame ? 0 : 1)
  const next: KeptValue = { energyWh, quality, version, origin }
  point.values.set(period, next)
  if (!isSame) emit({ kind: "IntervalValueRecorded", meteringPoint, period, energyWh, quality, version })
  if (flags.length > 0) emit({ kind: "IntervalFlagged", meteringPoint, period, version, flags: [...flags] })
}

/**
 * Forgets the values of periods before `from`, but for version and origin; periods that a late reading of the kept ones
 * could give once more stay as long as those.
 */
export const forgetValues = (point: MeteringPoint, from: number): void => {
  const again = firstGiven(point.anchor, point.kept)
  const emitted = point.track?.edgeTime ?? 0
  const old = [...point.values.keys()].filter((period) => period < from && !(period >= again && period < emitted)).sort((a, b) => a - b)
  for (const period of old) {
    const { version, origin } = point.values.get(period)!
    rememberForgotten(point.past, period, version, origin)
    point.values.delete(period)
  }
  dropBefore(point.past, periodOf(from - HORIZON))
}

/** First period whose value `entries` give when they are followed from `track` on. */
export const firstGiven = (track: RegisterTrack | undefined, entries: ReadonlyArray<KeptReading>): number => {
  if (entries.length === 0) return Number.MAX_SAFE_INTEGER
  const first = track === undefined ? entries[0]!.time : track.edgeTime === 0 ? track.time : track.edgeTime
  return periodOf(first)
}
