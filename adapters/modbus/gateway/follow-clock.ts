import type { ClockMemory } from "../plausibility/judge.ts"
import type { DeviceClock } from "./device-clock.ts"

/** Seconds between two looks at a device's clock: once a delivery period. */
const LOOK_EVERY = 900
/** A report is due when a clock has moved by so many seconds against the last one, and once a day. */
const WORTH_TELLING = 2
const AT_LEAST_EVERY = 86_400
/** Seconds after which a clock that shows the same has stopped. */
const CLOCK_PATIENCE = 120

/** Whether a device's clock is to be read at this poll. */
export const isLookDue = (before: ClockMemory | undefined, time: number): boolean =>
  before?.readAt === undefined || time - before.readAt >= LOOK_EVERY || time < before.readAt

/** What one poll adds to what is known of a device's clock. */
export interface FollowedClock {
  readonly memory: ClockMemory
  /** Seconds to report by ReportClock; undefined for nothing new. */
  readonly report: number | undefined
  /** True when the clock is first found standing still although the counter goes on: its battery is empty, the counter is not. */
  readonly hasStopped: boolean
}

/** Whether a clock shows what it showed so long ago that it has stopped. */
const standsStill = (before: ClockMemory, device: DeviceClock, time: number): boolean =>
  before.seconds === device.seconds && before.readAt !== undefined && time - before.readAt > CLOCK_PATIENCE

/**
 * Follows the clock of one device, or, for a device without one, the gateway's own against the engine's, by which its
 * readings are dated. Offsets are told in seconds ahead of the engine's clock (of the gateway's, until the engine was heard).
 */
export const followClock = (before: ClockMemory = {}, device: DeviceClock | undefined, ownOffset: number | undefined, time: number, hasRisen: boolean): FollowedClock => {
  if (device === undefined) return before.seconds === undefined ? followOwn(before, ownOffset, time) : { memory: before, report: undefined, hasStopped: false }
  const still = standsStill(before, device, time)
  const isStopped = still && (hasRisen || before.isStopped === true)
  const seen: ClockMemory = { ...before, seconds: device.seconds, readAt: still && !isStopped ? before.readAt! : time, isStopped }
  return { ...told(seen, device.offset + (ownOffset ?? 0), time), hasStopped: isStopped && before.isStopped !== true }
}

const followOwn = (before: ClockMemory, ownOffset: number | undefined, time: number): FollowedClock => {
  const isWorth = ownOffset !== undefined && (Math.abs(ownOffset) >= WORTH_TELLING || (before.reported ?? 0) !== 0)
  return { ...(isWorth ? told(before, ownOffset, time) : { memory: before, report: undefined }), hasStopped: false }
}

const told = (memory: ClockMemory, offset: number, time: number): { readonly memory: ClockMemory; readonly report: number | undefined } => {
  const { reported, reportedAt } = memory
  const isDue = reported === undefined || reportedAt === undefined || Math.abs(offset - reported) >= WORTH_TELLING || time - reportedAt >= AT_LEAST_EVERY || time < reportedAt
  return isDue ? { memory: { ...memory, reported: offset, reportedAt: time }, report: offset } : { memory, report: undefined }
}
