import { list, struct, unsigned, type Infer } from "../quantity/codec.ts"

/** Stretches of missing sequences that are told apart; with more of them the oldest is forgotten. */
export const MOST_GAPS = 32
/** A longer jump ahead is no gap to refill but another count: a year of readings, one each second. */
export const LONGEST_JUMP = 31_622_400

/** What is known of a metering point's sequences: a high-water mark, and below it what never came. */
export const sequenceMark = struct({
  highest: unsigned,
  /** Missing sequences as ranges, both ends included, in rising order. */
  missing: list(struct({ from: unsigned, to: unsigned })),
  /** Below this nobody knows any more what came. */
  knownFrom: unsigned
})
export type SequenceMark = Infer<typeof sequenceMark>

/** The mark of a metering point from which nothing came yet. Sequences start at 1. */
export const freshMark = (): SequenceMark => ({ highest: 0, missing: [], knownFrom: 1 })

/** A count that began anew with `sequence`, as after the loss of a gateway's store. */
export const restartedMark = (sequence: number): SequenceMark => ({ highest: sequence, missing: [], knownFrom: sequence })

export type SequenceVerdict =
  | { readonly status: "New"; readonly missing: { readonly from: number; readonly to: number } | undefined }
  | { readonly status: "Repeated" | "SequenceOutsideWindow" | "SequenceJumped" }

const keepWithinRoom = (mark: SequenceMark): void => {
  if (mark.missing.length > MOST_GAPS) mark.knownFrom = mark.missing.shift()!.to + 1
}

/**
 * Marks `sequence` as seen. A jump ahead names the sequences that are missing; each of them is new once, however late it
 * comes. A jump beyond {@link LONGEST_JUMP} marks nothing: whether the count began anew is for the caller to judge by time.
 */
export const markSequence = (mark: SequenceMark, sequence: number): SequenceVerdict => {
  const ahead = sequence - mark.highest
  if (ahead > LONGEST_JUMP) {
    if (mark.highest !== 0) return { status: "SequenceJumped" }
    Object.assign(mark, restartedMark(sequence))
    return { status: "New", missing: undefined }
  }
  if (ahead > 0) {
    const missing = ahead > 1 ? { from: mark.highest + 1, to: sequence - 1 } : undefined
    mark.highest = sequence
    if (missing === undefined) return { status: "New", missing }
    mark.missing.push({ ...missing })
    keepWithinRoom(mark)
    return { status: "New", missing }
  }
  return markLate(mark, sequence)
}

const markLate = (mark: SequenceMark, sequence: number): SequenceVerdict => {
  if (sequence < mark.knownFrom) return { status: "SequenceOutsideWindow" }
  const at = mark.missing.findIndex(({ from, to }) => from <= sequence && sequence <= to)
  if (at === -1) return { status: "Repeated" }
  const { from, to } = mark.missing[at]!
  const left = from < sequence ? [{ from, to: sequence - 1 }] : []
  const right = sequence < to ? [{ from: sequence + 1, to }] : []
  mark.missing.splice(at, 1, ...left, ...right)
  keepWithinRoom(mark)
  return { status: "New", missing: undefined }
}
