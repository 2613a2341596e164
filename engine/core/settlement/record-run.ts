import { bytes, choice, kind, map, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"
import { positions } from "./position.ts"

/** A community's settlement period may be computed now: all its delivery periods are closed. */
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

/** What `step` keeps of runs: by `community/settlement period`, the due and the recorded version, and the anchored one. */
export const settlementState = struct({
  runs: map(text, struct({ state: choice(["due", "recorded", "anchored"]), version: unsigned, runId: bytes }))
})
export type SettlementState = Infer<typeof settlementState>

export const runKey = (community: string, settlementPeriod: string): string => `${community}/${settlementPeriod}`
