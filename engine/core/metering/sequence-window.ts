/** How many sequences behind the highest one are still told apart. */
export const SEQUENCE_WINDOW = 32
/** A longer jump ahead is no gap to refill but another count: a year of readings, one each second. */
export const LONGEST_JUMP = 31_622_400

export interface SequenceMark {
  highestSequence: number
  sequenceWindow: number
}

export type SequenceVerdict =
  | { readonly status: "New"; readonly missing: { readonly from: number; readonly to: number } | undefined }
  | { readonly status: "Repeated" | "SequenceOutsideWindow" | "SequenceJumped" }

/**
 * Marks `sequence` as seen. The duplicate filter is a high-water mark and a window of {@link SEQUENCE_WINDOW} bits
 * behind it; a jump ahead names the sequences that are missing. Sequences start at 1. A jump beyond
 * {@link LONGEST_JUMP} marks nothing: whether the count began anew is for the caller to judge by time.
 */
export const markSequence = (mark: SequenceMark, sequence: number): SequenceVerdict => {
  const ahead = sequence - mark.highestSequence
  if (ahead > LONGEST_JUMP && mark.highestSequence !== 0) return { status: "SequenceJumped" }
  if (ahead > 0) {
    const missing = ahead > 1 && ahead <= LONGEST_JUMP ? { from: mark.highestSequence + 1, to: sequence - 1 } : undefined
    mark.sequenceWindow = ahead >= SEQUENCE_WINDOW ? 1 : ((mark.sequenceWindow << ahead) | 1) >>> 0
    mark.highestSequence = sequence
    return { status: "New", missing }
  }
  const behind = -ahead
  if (behind >= SEQUENCE_WINDOW) return { status: "SequenceOutsideWindow" }
  const bit = (1 << behind) >>> 0
  if ((mark.sequenceWindow & bit) !== 0) return { status: "Repeated" }
  mark.sequenceWindow = (mark.sequenceWindow | bit) >>> 0
  return { status: "New", missing: undefined }
}

/** Begins the count anew with `sequence`, as after the loss of a gateway's store. */
export const restartSequence = (mark: SequenceMark, sequence: number): void => {
  mark.highestSequence = sequence
  mark.sequenceWindow = 1
}
