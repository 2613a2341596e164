import { equalBytes, toHex } from "../quantity/bytes.ts"
import { PERIOD_SECONDS } from "../calendar/period.ts"
import type { ValueOf } from "../quantity/codec.ts"
import { followReading } from "./follow-reading.ts"
import { hears } from "./gateway-key.ts"
import { markSequence, restartedMark } from "./sequence-mark.ts"
import type { MeteringPoint, MeteringState } from "./metering-point.ts"
import type {
  batchChainBroken,
  equivocationFound,
  intervalFlagged,
  intervalValueRecorded,
  Reading,
  readingRecorded,
  readingRefused,
  ReadingStatus,
  registerBegunAnew,
  sequenceGapFound,
  sequenceRestarted,
  SubmitReadings
} from "./reading.ts"

export type MeteringEvent =
  | ValueOf<typeof readingRecorded>
  | ValueOf<typeof readingRefused>
  | ValueOf<typeof sequenceGapFound>
  | ValueOf<typeof batchChainBroken>
  | ValueOf<typeof intervalValueRecorded>
  | ValueOf<typeof intervalFlagged>
  | ValueOf<typeof registerBegunAnew>
  | ValueOf<typeof equivocationFound>
  | ValueOf<typeof sequenceRestarted>
type Emit = (event: MeteringEvent) => void

/** What the area knows of time: `marketTime` and `openedAt` are 0 before the first tick. */
export interface AreaClock {
  readonly timeZone: string
  readonly marketTime: number
  readonly openedAt: number
}

/** Who signed a reading batch, and the hash of the record it came in. */
export interface BatchSource {
  readonly signer: Uint8Array
  readonly record: Uint8Array
}

/** Furthest ahead of market time, in seconds, that a reading may lie: lockstep and a live tick both stay below. */
export const FURTHEST_AHEAD = PERIOD_SECONDS

/**
 * Takes a gateway's reading batch: each reading is accepted or refused by name, and interval values are recorded.
 * A gap or a broken chain is flagged and blocks nobody. The values do not depend on the order in which batches come.
 */
export const acceptReadings = (metering: MeteringState, clock: AreaClock, source: BatchSource, command: SubmitReadings, emit: Emit): void => {
  const used = command.readings.map((reading) => acceptReading(metering, clock, source, reading, emit))
  if (!used.includes(true)) return
  const gateway = toHex(source.signer)
  const last = metering.gateways.get(gateway)
  // Commands of one record share its hash: the second of them names the batch before the record, as the first does.
  if (last !== undefined && equalBytes(last, source.record)) return
  if (last !== undefined && !equalBytes(last, command.previousBatch)) emit({ kind: "BatchChainBroken", gateway })
  metering.gateways.set(gateway, source.record)
}

const acceptReading = (metering: MeteringState, clock: AreaClock, source: BatchSource, reading: Reading, emit: Emit): boolean => {
  const { meteringPoint, sequence, time, registerWh, powerW } = reading
  const refuse = (status: ReadingStatus): false => {
    emit({ kind: "ReadingRefused", meteringPoint, sequence, status })
    return false
  }
  const point = metering.points.get(meteringPoint)
  if (point === undefined) return refuse("UnknownMeteringPoint")
  if (!hears(point, source.signer, time)) return refuse("NotItsGateway")
  if (clock.marketTime !== 0 && time > clock.marketTime + FURTHEST_AHEAD) return refuse("FromTheFuture")
  if (point.retiredAt !== 0 && time > point.retiredAt) return refuse("Retired")
  const repeated = judgeSequence(point, source, reading, emit)
  if (repeated !== undefined) return refuse(repeated)
  if (registerWh > MAX_REGISTER || (point.rolloverWh !== 0 && registerWh >= point.rolloverWh)) return refuse("RegisterOutOfBounds")
  const isNewest = time > newestTime(point)
  const caused: Array<MeteringEvent> = []
  const status = followReading(metering, point, clock, reading, (event) => caused.push(event))
  if (status === "Disputed") reportDispute(point, source, reading, emit)
  if (status === "Followed") emit({ kind: "ReadingRecorded", meteringPoint, sequence, time, registerWh, powerW })
  else refuse(status)
  for (const event of caused) emit(event)
  if (status !== "Followed") return false
  if (isNewest) point.latestPowerW = powerW
  return true
}

/** Registers stay far below 2^53 so that differences are exact: 10^12 Wh is a lifetime of a large plant. */
export const MAX_REGISTER = 1_000_000_000_000

/** Time of the newest reading that is kept or followed; -1 where there is none. */
const newestTime = ({ kept, track }: MeteringPoint): number => Math.max(kept.at(-1)?.time ?? -1, track?.time ?? -1, track?.suspects.at(-1)?.time ?? -1)

/**
 * Sequences tell gaps and repetitions; time decides what counts. A reading newer than every other is heard whatever its
 * sequence, so a gateway that lost its count, or one wild sequence, silences nobody.
 */
const judgeSequence = (point: MeteringPoint, source: BatchSource, reading: Reading, emit: Emit): "Repeated" | undefined => {
  const { meteringPoint, sequence, time, registerWh } = reading
  const before = point.sequences.highest
  const verdict = markSequence(point.sequences, sequence)
  if (verdict.status === "New") {
    if (verdict.missing !== undefined) emit({ kind: "SequenceGapFound", meteringPoint, ...verdict.missing })
    return undefined
  }
  const other = point.kept.find((one) => one.sequence === sequence && one.kind === "reading")
  if (verdict.status === "Repeated" && other !== undefined) {
    if (other.time === time && other.registerWh === registerWh) return "Repeated"
    emit({ kind: "EquivocationFound", meteringPoint, sequence, time, registerWh, otherTime: other.time, otherRegisterWh: other.registerWh, record: source.record })
    return undefined
  }
  if (time > newestTime(point)) {
    point.sequences = restartedMark(sequence)
    emit({ kind: "SequenceRestarted", meteringPoint, before, sequence })
    return undefined
  }
  return verdict.status === "Repeated" ? "Repeated" : undefined
}

/** Another value of the same time under another sequence: an equivocation as well. */
const reportDispute = (point: MeteringPoint, source: BatchSource, reading: Reading, emit: Emit): void => {
  const { meteringPoint, sequence, time, registerWh } = reading
  const other = point.kept.find((one) => one.time === time && one.kind === "disputed")
  if (other === undefined || other.sequence === sequence) return
  emit({ kind: "EquivocationFound", meteringPoint, sequence, time, registerWh, otherTime: time, otherRegisterWh: other.registerWh, record: source.record })
}
