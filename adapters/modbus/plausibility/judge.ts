import type { ReadingFlag } from "../../../engine/core/metering/evidence.ts"
import { highestRise, suspicionOf, type Shown } from "./suspect.ts"

/** What is remembered of a device's clock, or of the gateway's own for a device without one. */
export interface ClockMemory {
  /** What it showed, in seconds, and the time of the poll since which it does. */
  readonly seconds?: number
  readonly readAt?: number
  /** True while it stands still although the counter goes on. */
  readonly isStopped?: boolean
  /** The offset last reported, in seconds, and when. */
  readonly reported?: number
  readonly reportedAt?: number
}

/** What is remembered of a meter between two polls, and over a restart of the gateway. */
export interface MeterMemory {
  /** The last reading that was handed over. */
  readonly trusted?: Shown | undefined
  /** A run of withheld readings that agree among themselves: the last of them, and how many there were. */
  readonly doubted?: { readonly shown: Shown; readonly count: number } | undefined
  readonly clock?: ClockMemory | undefined
}

/** What becomes of one poll of one meter. */
export interface Judgement {
  readonly memory: MeterMemory
  /** The reading to hand over; undefined where it is withheld. */
  readonly accepted: Shown | undefined
  /** Flags of the accepted or withheld reading. */
  readonly flags: ReadonlyArray<ReadingFlag>
  /** A first read that the second one contradicts: evidence, not a reading. */
  readonly discarded: { readonly shown: Shown; readonly flags: ReadonlyArray<ReadingFlag> } | undefined
}

/** So many withheld readings in a row that agree are no accident: a reset or another meter, for the engine to judge. */
const AGREEING = 3
/** Suspicions that a second read at once can clear: wrong words on the wire or in the device's buffer. */
const CLEARABLE: ReadonlySet<ReadingFlag> = new Set(["MomentaryZero", "ImpossibleJump", "CounterRestarted"])
/** Suspicions that no repetition makes true: people must look. */
const NEVER_TRUE: ReadonlySet<ReadingFlag> = new Set(["SwappedDirections", "StaleRegister", "StaleClock"])

/** Whether a suspicion is worth asking the meter once more. */
export const needsSecondRead = (memory: MeterMemory, shown: Shown, ratedWatts: number): boolean => {
  const suspicion = suspicionOf(memory.trusted, shown, ratedWatts)
  return suspicion !== undefined && CLEARABLE.has(suspicion)
}

const withhold = ({ trusted, doubted }: MeterMemory, shown: Shown, suspicion: ReadingFlag, ratedWatts: number): Judgement => {
  const goesOn = doubted !== undefined && isNext(doubted.shown, shown, ratedWatts)
  const count = NEVER_TRUE.has(suspicion) ? 0 : goesOn ? doubted.count + 1 : 1
  if (count >= AGREEING) return { memory: { trusted: shown }, accepted: shown, flags: [suspicion === "MomentaryZero" ? "CounterRestarted" : suspicion], discarded: undefined }
  return { memory: { trusted, doubted: count === 0 ? undefined : { shown, count } }, accepted: undefined, flags: [suspicion], discarded: undefined }
}

const isNext = (before: Shown, now: Shown, ratedWatts: number): boolean => {
  const moved = now.registerWh - before.registerWh
  return moved >= 0 && moved <= highestRise(ratedWatts, before, now)
}

/**
 * Judges one poll: the reading as shown first and, where it was suspicious, as shown by a second read at once. A second
 * read that is plausible wins, and the first stays as evidence; one that confirms the suspicion is withheld, until
 * several in a row agree.
 */
export const judge = (memory: MeterMemory, first: Shown, second: Shown | undefined, ratedWatts: number): Judgement => {
  const suspicion = suspicionOf(memory.trusted, first, ratedWatts)
  if (suspicion === undefined) return { memory: { trusted: first }, accepted: first, flags: [], discarded: undefined }
  if (second === undefined) return withhold(memory, first, suspicion, ratedWatts)
  const again = suspicionOf(memory.trusted, second, ratedWatts)
  if (again !== undefined) return withhold(memory, second, again, ratedWatts)
  const flags: ReadonlyArray<ReadingFlag> = [suspicion === "MomentaryZero" ? "MomentaryZero" : "TornWords"]
  return { memory: { trusted: second }, accepted: second, flags, discarded: { shown: first, flags } }
}
