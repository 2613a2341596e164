import { bytes, choice, integer, kind, list, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"
import { quality } from "./metering-point.ts"
import { validationFlag } from "./validation-flag.ts"

/** A register value as the gateway read it. */
export const reading = struct({
  meteringPoint: text,
  /** Counts up by one per metering point, without gaps. */
  sequence: unsigned,
  /** Market time of the reading, in seconds. */
  time: unsigned,
  /** The energy register of the point's direction, in Wh. */
  registerWh: unsigned,
  /** Power in the point's direction, in W. */
  powerW: integer
})
export type Reading = Infer<typeof reading>

/** A gateway's readings of one member; `previousBatch` is the hash of the gateway's batch before it (empty for the first). */
export const submitReadings = kind(402, "SubmitReadings", { previousBatch: bytes, readings: list(reading) })
export type SubmitReadings = ValueOf<typeof submitReadings>

/** Why a reading was not used. Numbers are stable: the list only grows at its end. */
export const readingStatus = choice([
  "Repeated",
  "UnknownMeteringPoint",
  "NotItsGateway",
  "Late",
  "RegisterFellBack",
  "AboveCapacity",
  "RegisterOutOfBounds",
  "FromTheFuture",
  "SequenceOutsideWindow",
  "Disputed",
  "Retired",
  "LooksSwapped"
])
export type ReadingStatus = Infer<typeof readingStatus>

/** The reading was accepted. */
export const readingRecorded = kind(402, "ReadingRecorded", { meteringPoint: text, sequence: unsigned, time: unsigned, registerWh: unsigned, powerW: integer })
/** The reading was refused, by name; it stays in the journal as evidence. */
export const readingRefused = kind(403, "ReadingRefused", { meteringPoint: text, sequence: unsigned, status: readingStatus })
/** Sequences from..to of a metering point never came: flagged, asked for again, blocking nobody. */
export const sequenceGapFound = kind(404, "SequenceGapFound", { meteringPoint: text, from: unsigned, to: unsigned })
/** A gateway's batch does not name the batch before it. */
export const batchChainBroken = kind(405, "BatchChainBroken", { gateway: text })
/** A version of an interval value; nothing is overwritten. */
export const intervalValueRecorded = kind(406, "IntervalValueRecorded", {
  meteringPoint: text,
  period: unsigned,
  energyWh: unsigned,
  quality,
  version: unsigned
})

/** Why a version of an interval value (0: none yet) is looked at twice; the flags stay with it. */
export const intervalFlagged = kind(407, "IntervalFlagged", { meteringPoint: text, period: unsigned, version: unsigned, flags: list(validationFlag) })
/** A register left its line and goes on from `registerWh`; what lay between is estimated, never booked. */
export const registerBegunAnew = kind(408, "RegisterBegunAnew", { meteringPoint: text, time: unsigned, fromRegisterWh: unsigned, registerWh: unsigned })
/** Two values were signed for one sequence or one time: both stay in the journal as evidence. `record` is the hash of the second record. */
export const equivocationFound = kind(409, "EquivocationFound", {
  meteringPoint: text,
  sequence: unsigned,
  time: unsigned,
  registerWh: unsigned,
  otherTime: unsigned,
  otherRegisterWh: unsigned,
  record: bytes
})
/** The gateway counts anew, as after the loss of its store: newer readings are heard all the same. */
export const sequenceRestarted = kind(410, "SequenceRestarted", { meteringPoint: text, before: unsigned, sequence: unsigned })

/** A gateway says how far a device's clock is off market time, in seconds, at market time `time`. */
export const reportClock = kind(411, "ReportClock", { meteringPoint: text, time: unsigned, offset: integer })
export type ReportClock = ValueOf<typeof reportClock>
export const clockReported = kind(411, "ClockReported", { meteringPoint: text, time: unsigned, offset: integer })
