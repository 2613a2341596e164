import { bytes, choice, flag, kind, map, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"
import { positions } from "./position.ts"

/**
 * A community's settlement period may be computed now: all its delivery periods are closed. A version after the first
 * corrects the one before: interval values have changed behind it.
 */
export const runDue = kind(801, "RunDue", { community: text, settlementPeriod: text, version: unsigned, start: unsigned, end: unsigned })
export type RunDue = ValueOf<typeof runDue>

const runFields = {
  community: text,
  settlementPeriod: text,
  version: unsigned,
  runId: bytes,
  inputsHash: bytes,
  resultHash: bytes,
  positions
}

/** Records the result of a run; the computation itself happened outside `step`. */
export const recordRun = kind(802, "RecordRun", runFields)
export type RecordRun = ValueOf<typeof recordRun>

/** The run is recorded, its positions are part of the members' credit. */
export const runRecorded = kind(802, "RunRecorded", runFields)
export type RunRecorded = ValueOf<typeof runRecorded>

/** What the batch of a recorded run moves in escrow: its positions, as far as they can be paid (account/escrow.ts). */
export const escrowMoved = kind(804, "EscrowMoved", { runId: bytes, moves: positions })
export type EscrowMoved = ValueOf<typeof escrowMoved>

/** Books the chain's receipt of a batch. It changes the batch's status, never credit (design, decision 10). */
export const recordBatchReceipt = kind(803, "RecordBatchReceipt", {
  community: text,
  settlementPeriod: text,
  version: unsigned,
  transaction: bytes,
  height: unsigned
})
export type RecordBatchReceipt = ValueOf<typeof recordBatchReceipt>

/** The batch is anchored in a block. */
export const batchAnchored = kind(803, "BatchAnchored", { community: text, settlementPeriod: text, version: unsigned, transaction: bytes, height: unsigned })

/** What `step` knows of the runs of one settlement period. */
const periodRuns = struct({
  /** The newest version, and whether it is still to be computed; the versions before it are recorded. */
  version: unsigned,
  state: choice(["due", "recorded"]),
  /** The newest recorded run. */
  runId: bytes,
  /** The newest version whose batch is anchored; those before it are. 0: none. */
  anchored: unsigned,
  /** An interval value has a version that the newest run did not see. */
  isOutdated: flag
})
export type PeriodRuns = Infer<typeof periodRuns>

/** Runs by `community/settlement period`; local days that end by `closedUntil` have runs. */
export const settlementState = struct({ runs: map(text, periodRuns), closedUntil: unsigned })
export type SettlementState = Infer<typeof settlementState>

export const emptySettlement = (): SettlementState => ({ runs: new Map(), closedUntil: 0 })

/** The newest version that is recorded; 0: none. */
export const recordedVersion = ({ version, state }: PeriodRuns): number => (state === "due" ? version - 1 : version)

export const runKey = (community: string, settlementPeriod: string): string => `${community}/${settlementPeriod}`

/** What a key was made of: the names of communities have no slash. */
export const runOfKey = (key: string): { readonly community: string; readonly settlementPeriod: string } => {
  const at = key.lastIndexOf("/")
  return { community: key.slice(0, at), settlementPeriod: key.slice(at + 1) }
}
