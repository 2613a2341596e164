import { PERIOD_SECONDS, periodOf } from "../calendar/period.ts"
import type { AreaClock, MeteringEvent } from "./accept-readings.ts"
import { likeDayAverage } from "./day-history.ts"
import { COARSEST_STEP, followRegister, type FollowStatus, type RegisterLimits } from "./follow-register.ts"
import { firstGiven, HORIZON, recordIntervalValue } from "./interval-values.ts"
import { keepReading, thinPeriod } from "./kept-readings.ts"
import type { KeptReading, MeteringPoint, MeteringState, RegisterTrack } from "./metering-point.ts"
import type { Reading, ReadingStatus } from "./reading.ts"
import { flagsOf, withFlag } from "./validation-flag.ts"
import type { IntervalEnergy } from "./register-track.ts"
import { rememberForgotten } from "./version-ranges.ts"

type Emit = (event: MeteringEvent) => void

/** A late reading finds its place among those of so many seconds before market time. */
export const LATE_WINDOW = 2 * 86_400
/** Most readings that are kept: four a period over three days of 100 periods; the oldest give way. */
const MOST_KEPT = 1_200
/** A clock further off than 1 % of a period, in seconds, measures another period than the others (PTB-A 50.7). */
export const MOST_CLOCK_DRIFT = 9

/** Puts a reading where it belongs in time, follows the register, and records the intervals that follow. */
export const followReading = (metering: MeteringState, point: MeteringPoint, clock: AreaClock, reading: Reading, emit: Emit): "Followed" | ReadingStatus => {
  const { meteringPoint, sequence, time, registerWh, powerW } = reading
  const entry: KeptReading = { time, sequence, registerWh, powerW, kind: "reading", initialWh: 0 }
  if (isTooLate(point, clock, time)) return "Late"
  const outcome = insert(meteringPoint, point, clock, entry, emit)
  // Before the first tick no interval is recorded: only the newest reading says where the register stands.
  if (clock.marketTime === 0) settleFirst(point, clock, point.kept.length - 1)
  return nameOf(metering, point, reading, outcome)
}

export const isTooLate = ({ anchor, track }: MeteringPoint, { marketTime }: AreaClock, time: number): boolean =>
  (anchor !== undefined && time <= anchor.time) || (track !== undefined && time < track.time && time < marketTime - LATE_WINDOW)

type Outcome = FollowStatus | "Repeated" | "SequenceOutsideWindow"

/**
 * Inserts an entry and follows the register again from the last checkpoint before it. Every track and every interval is
 * made of kept entries only, so they are the same for every order of arrival.
 */
export const insert = (meteringPoint: string, point: MeteringPoint, clock: AreaClock, entry: KeptReading, emit: Emit): Outcome => {
  const isOld = periodOf(entry.time) < periodOf(newestKept(point))
  if (!isOld) moveCheckpoint(point, entry.time)
  const kept = keepReading(point.kept, entry)
  if (kept.status === "Repeated") return "Repeated"
  const limits = limitsOf(point, clock)
  const from = isOld ? point.anchor : point.checkpoint
  const follow = () => followAll(from, point.kept.slice(isOld ? 0 : firstOfPeriod(point.kept)), limits)
  const whole = follow()
  const followed = thinPeriod(point.kept, periodOf(entry.time)) ? follow() : whole
  const status = kept.status === "Disputed" ? "Disputed" : (whole.statusOf.get(entry) ?? "Followed")
  if (status === "RegisterBegunAnew" && followed.track !== undefined) {
    emit({ kind: "RegisterBegunAnew", meteringPoint, time: followed.track.time, fromRegisterWh: point.track?.registerWh ?? 0, registerWh: followed.track.registerWh })
  }
  withdraw(point, firstGiven(from, point.kept), new Set(followed.intervals.map(({ period }) => period)))
  point.track = followed.track
  recordAll(meteringPoint, point, clock, followed.intervals, emit)
  if (isOld) point.checkpoint = followAll(point.anchor, point.kept.slice(0, firstOfPeriod(point.kept)), limits).track
  while (point.kept.length > MOST_KEPT) foldFirst(point, limits)
  return status
}

interface FollowedAll {
  readonly track: RegisterTrack | undefined
  readonly intervals: ReadonlyArray<IntervalEnergy>
  readonly statusOf: ReadonlyMap<KeptReading, FollowStatus>
}

const followAll = (from: RegisterTrack | undefined, entries: ReadonlyArray<KeptReading>, limits: RegisterLimits): FollowedAll => {
  const intervals: Array<IntervalEnergy> = []
  const statusOf = new Map<KeptReading, FollowStatus>()
  let track = from
  for (const entry of entries) {
    const followed = followRegister(track, entry, limits)
    if (followed === undefined) continue
    track = followed.track
    statusOf.set(entry, followed.status)
    intervals.push(...followed.intervals)
  }
  return { track, intervals, statusOf }
}

/** A device's values that the readings no longer give, since a late one changed the line, are taken back: the next tick estimates them. */
const withdraw = (point: MeteringPoint, first: number, given: ReadonlySet<number>): void => {
  const end = point.track?.edgeTime ?? 0
  for (let period = first; period < end; period += PERIOD_SECONDS) {
    const value = point.values.get(period)
    if (value === undefined || value.origin !== "device" || given.has(period)) continue
    rememberForgotten(point.past, period, value.version, "estimate")
    point.values.delete(period)
    point.withdrawn.push(period)
  }
  point.withdrawn.sort((left, right) => left - right)
}

const newestKept = ({ kept }: MeteringPoint): number => kept.at(-1)?.time ?? -1

const firstOfPeriod = (kept: ReadonlyArray<KeptReading>): number => {
  const period = periodOf(kept.at(-1)!.time)
  let first = kept.length - 1
  while (first > 0 && periodOf(kept[first - 1]!.time) === period) first--
  return first
}

/** When the first reading of a later period comes, the readings of the period before become the new checkpoint. */
const moveCheckpoint = (point: MeteringPoint, time: number): void => {
  if (point.kept.length > 0 && periodOf(time) > periodOf(newestKept(point))) point.checkpoint = point.track
}

const foldFirst = (point: MeteringPoint, limits: RegisterLimits): void => {
  const first = point.kept.shift()!
  point.anchor = followRegister(point.anchor, first, limits)?.track ?? point.anchor
}

/** Settles the readings before `time` that the register's line passes through: what comes later of a time before them is too late. */
export const settleReadings = (point: MeteringPoint, clock: AreaClock, time: number): void => {
  const count = point.kept.findIndex((entry) => entry.time >= time)
  settleFirst(point, clock, count === -1 ? point.kept.length : count)
}

/**
 * Settles the first `count` of the kept readings, up to the last of them that the line passes through. One behind it that
 * was disputed or left out stays: forgotten, it would count when it comes again.
 */
const settleFirst = (point: MeteringPoint, clock: AreaClock, count: number): void => {
  const limits = limitsOf(point, clock)
  let track = point.anchor
  let settled = 0
  for (const [place, entry] of point.kept.slice(0, count).entries()) {
    track = followRegister(track, entry, limits)?.track ?? track
    if (track?.time !== entry.time) continue
    point.anchor = track
    settled = place + 1
  }
  point.kept.splice(0, settled)
  if (point.kept.length === 0 || firstOfPeriod(point.kept) === 0) point.checkpoint = point.anchor
}

/** What the register's line is held against; a device's clock that is off flags every interval. */
export const limitsOf = ({ capacityWh, rolloverWh, resolutionWh, days }: MeteringPoint, { timeZone }: AreaClock): RegisterLimits => ({
  capacityWh,
  rolloverWh,
  resolutionWh: resolutionWh === 0 ? COARSEST_STEP : resolutionWh,
  weightOf: days.length === 0 ? undefined : (period) => (likeDayAverage(days, timeZone, period) ?? 0) + 1
})

const recordAll = (meteringPoint: string, point: MeteringPoint, clock: AreaClock, intervals: ReadonlyArray<IntervalEnergy>, emit: Emit): void => {
  if (clock.marketTime === 0) return
  const drifts = Math.abs(point.clock.offset) > MOST_CLOCK_DRIFT
  for (const { period, energyWh, quality, flags } of intervals) {
    if (period < clock.openedAt || period < clock.marketTime - HORIZON) continue
    const all = drifts && period >= point.clock.time ? withFlag(flags, "ClockDrift") : flags
    recordIntervalValue(meteringPoint, point, period, { energyWh, quality, origin: "device", flags: flagsOf(all) }, emit)
  }
}

/** A reading that does not follow here but would follow on another register of the member says that two are swapped. */
const nameOf = (metering: MeteringState, point: MeteringPoint, { time, registerWh }: Reading, outcome: Outcome): "Followed" | ReadingStatus => {
  if (outcome === "RegisterBegunAnew") return "Followed"
  if (outcome !== "RegisterFellBack" && outcome !== "AboveCapacity") return outcome
  for (const other of metering.points.values()) {
    if (other === point || other.member !== point.member || other.direction === point.direction || other.track === undefined) continue
    const rise = registerWh - other.track.registerWh
    if (rise >= 0 && rise <= other.capacityWh * Math.max(1, Math.ceil((time - other.track.time) / 900))) return "LooksSwapped"
  }
  return outcome
}
