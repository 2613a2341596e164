import type { Posting } from "../../../engine/core/settlement/posting.ts"
import type { Run } from "../../../engine/core/settlement/run.ts"
import type { RunInputs } from "../../../engine/core/settlement/run-inputs.ts"
import { sumPostings } from "../../../engine/core/settlement/sum-postings.ts"

/** A settled local day of the live market, as its newest run left it. */
export interface SettledDay {
  readonly inputs: RunInputs
  /** What all versions have posted, summed: a correction posts on top of what stands. */
  readonly posted: ReadonlyArray<Posting>
}

/** The day of a run that is the newest of its day. */
export const settledDayOf = ({ inputs, postings }: Pick<Run, "inputs" | "postings">): SettledDay => ({
  inputs,
  posted: sumPostings([inputs.previous?.standing ?? [], postings])
})

/** What the days of one community have in common. */
export interface SettledDays {
  /** Consecutive local days, ascending; at least one. */
  readonly days: ReadonlyArray<SettledDay>
  readonly timeZone: string
}
