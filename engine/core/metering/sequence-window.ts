/** How many sequences behind the highest one are still told apart. */
export const SEQUENCE_WINDOW = 32

export interface SequenceMark {
  highestSequence: number
  sequenceWindow: number
}

export type SequenceVerdict =
  | { readonly status: "New"; readonly missing: { readonly from: number; readonly to: number } | undefined }
  | { readonly status: "Repeated" | "SequenceOutsideWindow" }

/**
 * Marks `sequence` as seen. The duplicate filter is a high-water mark and a window of {@link SEQUENCE_WINDOW} bits
 * behind it; a jump ahead names the sequences that are missing. Sequences start at 1.
 */
export const markSequence = (mark: SequenceMark, sequence: number): SequenceVerdict => {
  const ahead = sequence - mark.highestSequence
  if (ahead > 0) {
    mark.sequenceWindow = ahead >= SEQUENCE_WINDOW ? 1 : ((mark.sequenceWindow << ahead) | 1) >>> 0
    const missing = ahead > 1 ? { from: mark.highestSequence + 1, to: sequence - 1 } : undefined
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
