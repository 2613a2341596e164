/** Whether a device is known, or only narrowed down: a wrong name is worse than none. */
import type { Candidate, Recognised } from "./recognise.ts"

/**
 * "recognised": one profile fits, or several that read the same energy and power out of the same device.
 * "ambiguous": profiles fit that read different energy or power. "possible": what fits would fit an empty map as well,
 * or the device left too much unanswered. "unknown": nothing fits.
 */
export type Verdict = "recognised" | "ambiguous" | "possible" | "unknown"

/** What the candidates come to. */
export interface Judgement {
  readonly verdict: Verdict
  /** The profiles to read the device by: one, or with SunSpec the best of each kind that the map holds. */
  readonly chosen: readonly Candidate[]
  /** Candidates that read otherwise than the best, and explain the device as well. */
  readonly rivals: readonly Candidate[]
}

/** A profile that explains less than half of what the best one does is another device with some registers alike. */
const leastShare = 0.5

const agree = (a: Candidate, b: Candidate): boolean =>
  Object.entries(a.readings).every(([role, value]) => {
    const other = b.readings[role as keyof Candidate["readings"]]
    return other === undefined || other === value
  })

const isRival = (candidate: Candidate, best: Candidate): boolean =>
  candidate !== best && candidate.certainProbes >= best.certainProbes &&
  candidate.values >= best.values * leastShare && !agree(candidate, best) &&
  !(candidate.isSunSpec && best.isSunSpec && candidate.kind !== best.kind)

/** An inverter and a meter in one SunSpec map are no rivals: both are there. */
const bestOfEachKind = (candidates: readonly Candidate[], best: Candidate): readonly Candidate[] => best.isSunSpec
  ? candidates.filter((one) => one.isSunSpec && one === candidates.find(({ isSunSpec, kind }) => isSunSpec && kind === one.kind))
  : [best]

/** Judges what `recognise` found. */
export const judgementOf = ({ candidates, isComplete }: Recognised): Judgement => {
  const best = candidates[0]
  if (!best) return { verdict: "unknown", chosen: [], rivals: [] }
  const rivals = candidates.filter((candidate) => isRival(candidate, best))
  const isTelling = best.isSunSpec || best.tellingProbes > 0
  const verdict = rivals.length > 0 ? "ambiguous" : isTelling && isComplete ? "recognised" : "possible"
  return { verdict, chosen: bestOfEachKind(candidates, best), rivals }
}
