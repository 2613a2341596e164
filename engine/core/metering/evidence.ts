import { bytes, choice, flag, kind, list, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"

/** What a gateway may notice about a reading at the meter. Numbers are stable: the list only grows at its end. */
export const readingFlag = choice([
  /** A first read was torn between the words of the counter; the value is the confirmed second one. */
  "TornWords",
  /** Every register, the power included, stands where it stood although the power shown should have moved the counter. */
  "StaleRegister",
  /** The device's own clock stands still. */
  "StaleClock",
  /** Import and export have changed places. */
  "SwappedDirections",
  /** The counter rose by more than the rated power can carry. */
  "ImpossibleJump",
  /** A counter that stood far above zero shows zero. */
  "MomentaryZero",
  /** The counter shows less than before, and goes on from there: a reset or another meter. */
  "CounterRestarted",
  /** The device says that it has no value, or what it says is no number. */
  "NoValue",
  /** The gateway's clock was found wrong and set back: when this was read is not known. */
  "WrongTime"
])
export type ReadingFlag = Infer<typeof readingFlag>

/** How far the gateway's clock can be trusted, after OCMF's S, I, U and R. */
export const clockStatus = choice(["synchronised", "informative", "unsynchronised", "relative"])
export type ClockStatus = Infer<typeof clockStatus>

/** What stands behind one reading, or behind one that the gateway withheld. */
export const readingEvidence = struct({
  meteringPoint: text,
  /** Sequence of the reading; 0 for one that was withheld. */
  sequence: unsigned,
  time: unsigned,
  flags: list(readingFlag),
  /** The device's answers as they came, in the form of adapters/modbus/gateway/raw-words.ts; they let a judgement be revised. */
  raw: bytes
})
export type ReadingEvidence = Infer<typeof readingEvidence>

/** Travels behind SubmitReadings in the same signed record: raw words, flags and clock status of its readings. */
export const submitEvidence = kind(460, "SubmitEvidence", { clock: clockStatus, evidence: list(readingEvidence) })
export type SubmitEvidence = ValueOf<typeof submitEvidence>

/** A gateway flagged a reading; a withheld one was not handed over for settlement. */
export const readingFlagged = kind(460, "ReadingFlagged", { meteringPoint: text, time: unsigned, flags: list(readingFlag), withheld: flag })
/** A gateway's clock is not to be trusted while it took the readings of this record. */
export const clockDoubted = kind(461, "ClockDoubted", { gateway: text, clock: clockStatus })
