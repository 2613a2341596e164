import { equalBytes, toHex } from "../quantity/bytes.ts"
import { PERIOD_SECONDS } from "../calendar/period.ts"
import { advanceTrack, beginTrack } from "./register-track.ts"
import { markSequence } from "./sequence-window.ts"
import type { IntervalValue, MeteringPoint, MeteringState, Quality } from "./metering-point.ts"
import type { batchChainBroken, intervalValueRecorded, Reading, readingRecorded, readingRefused, ReadingStatus, sequenceGapFound, SubmitReadings } from "./reading.ts"
import type { ValueOf } from "../quantity/codec.ts"

type MeteringEvent =
  | ValueOf<typeof readingRecorded>
  | ValueOf<typeof readingRefused>
  | ValueOf<typeof sequenceGapFound>
  | ValueOf<typeof batchChainBroken>
  | ValueOf<typeof intervalValueRecorded>
type Emit = (event: MeteringEvent) => void

/** Furthest ahead of market time, in seconds, that a reading may lie: lockstep and a live tick both stay below. */
const FURTHEST_AHEAD = PERIOD_SECONDS

/** Longest time between two readings, in seconds, that intervals are interpolated over; after a longer one the track begins anew. */
const LONGEST_SPAN = 400 * 86_400

/**
 * Takes a gateway's reading batch: each reading is accepted or refused by name, and interval values are recorded.
 * A gap or a broken chain is flagged and blocks nobody.
 */
export const acceptReadings = (
  metering: MeteringState,
  marketTime: number,
  signer: Uint8Array,
  batchHash: Uint8Array,
  command: SubmitReadings,
  emit: Emit
): void => {
  const used = command.readings.map((reading) => acceptReading(metering, marketTime, signer, reading, emit))
  if (!used.includes(true)) return
  const gateway = toHex(signer)
  const last = metering.gateways.get(gateway)
  if (last !== undefined && !equalBytes(last, command.previousBatch)) emit({ kind: "BatchChainBroken", gateway })
  metering.gateways.set(gateway, batchHash)
}

const acceptReading = (metering: MeteringState, marketTime: number, signer: Uint8Array, reading: Reading, emit: Emit): boolean => {
  const { meteringPoint, sequence, time, registerWh, powerW } = reading
  const refuse = (status: ReadingStatus): false => {
    emit({ kind: "ReadingRefused", meteringPoint, sequence, status })
    return false
  }
  const point = metering.points.get(meteringPoint)
  if (point === undefined) return refuse("UnknownMeteringPoint")
  if (!equalBytes(point.gatewayKey, signer)) return refuse("NotItsGateway")
  if (marketTime !== 0 && time > marketTime + FURTHEST_AHEAD) return refuse("FromTheFuture")
  const sequenceVerdict = markSequence(point, sequence)
  if (sequenceVerdict.status !== "New") return refuse(sequenceVerdict.status)
  if (sequenceVerdict.missing !== undefined) emit({ kind: "SequenceGapFound", meteringPoint, ...sequenceVerdict.missing })
  const status = judgeRegister(point, time, registerWh)
  if (status !== "Plausible") return refuse(status)
  const moved = moveRegister(point, marketTime, time, registerWh)
  if (!isWithinCapacity(point.capacityWh, moved)) return refuse("AboveCapacity")
  emit({ kind: "ReadingRecorded", meteringPoint, sequence, time, registerWh, powerW })
  point.latestPowerW = powerW
  point.track = moved.track
  for (const { period, energyWh, quality } of moved.intervals) recordIntervalValue(meteringPoint, point, period, energyWh, quality, emit)
  return true
}

type Moved = ReturnType<typeof advanceTrack>

/** Registers stay far below 2^53 so that differences are exact: 10^12 Wh is a lifetime of a large plant. */
const MAX_REGISTER = 1_000_000_000_000

const judgeRegister = (point: MeteringPoint, time: number, registerWh: number): "Plausible" | ReadingStatus => {
  if (registerWh > MAX_REGISTER) return "RegisterOutOfBounds"
  if (point.track === undefined) return "Plausible"
  if (time <= point.track.time) return "Late"
  if (registerWh < point.track.registerWh) return "RegisterFellBack"
  const periods = Math.ceil((time - point.track.time) / PERIOD_SECONDS)
  return registerWh - point.track.registerWh > point.capacityWh * periods ? "AboveCapacity" : "Plausible"
}

/** Before the first tick there is no market time to hold a reading against: it only says where the register stands. */
const moveRegister = ({ track }: MeteringPoint, marketTime: number, time: number, registerWh: number): Moved =>
  track === undefined || marketTime === 0 || time - track.time > LONGEST_SPAN
    ? { track: beginTrack(time, registerWh), intervals: [] }
    : advanceTrack(track, time, registerWh)

/** No delivery period, complete or begun, holds more than the connection can carry, however many readings it took. */
const isWithinCapacity = (capacityWh: number, { track, intervals }: Moved): boolean =>
  intervals.every(({ energyWh }) => energyWh <= capacityWh) && (track.edgeTime === 0 || track.registerWh - track.edgeRegisterWh <= capacityWh)

/** Records the next version of an interval value; the same value and quality again is no version. */
export const recordIntervalValue = (
  meteringPoint: string,
  point: MeteringPoint,
  period: number,
  energyWh: number,
  quality: Quality,
  emit: Emit
): void => {
  const before = point.values.get(period)
  if (before !== undefined && before.energyWh === energyWh && before.quality === quality) return
  const value: IntervalValue = { energyWh, quality, version: (before?.version ?? 0) + 1 }
  point.values.set(period, value)
  emit({ kind: "IntervalValueRecorded", meteringPoint, period, ...value })
}
