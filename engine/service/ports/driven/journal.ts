import { Context, Schema, type Effect } from "effect"
import type { Balance } from "../../../core/account/escrow.ts"
import type { Event } from "../../../core/event.ts"
import type { PositionedRecord, Verdict } from "../../../core/envelope.ts"
import type { RunInputs } from "../../../core/settlement/run-inputs.ts"
import type { RunDue } from "../../../core/settlement/record-run.ts"
import type { Run } from "../../../core/settlement/run.ts"

/** The database did not answer, or refused. The fate of a commit is unknown until the stored offset is read. */
export class JournalUnavailable extends Schema.TaggedError<JournalUnavailable>()("JournalUnavailable", {
  operation: Schema.String,
  cause: Schema.Defect()
}) {}

/** Another process has taken the area over: this one must write nothing more and end. */
export class Fenced extends Schema.TaggedError<Fenced>()("Fenced", { area: Schema.String, epoch: Schema.Number }) {}

/** The stored journal contradicts itself or its hashes: it was changed from outside, or a law was broken. */
export class JournalCorrupt extends Schema.TaggedError<JournalCorrupt>()("JournalCorrupt", { area: Schema.String, reason: Schema.String }) {}

/** Whoever writes for an area, by the epoch that `open` gave it: a writer that was taken over writes nothing more. */
export interface Writer {
  readonly area: string
  readonly epoch: number
}

/** Where an area's journal stands. */
export interface JournalHead {
  /** Writer epoch of this process: raised by `open`, checked by everything that writes. */
  readonly epoch: number
  /** Position of the next record to be journaled. */
  readonly nextPosition: number
  readonly headHash: Uint8Array
  /** State hash after the last journaled record; empty before the first. */
  readonly stateHash: string
}

/** One record as it is journaled, with everything that it caused. */
export interface JournalEntry {
  readonly record: PositionedRecord
  /** The record's bytes as they came from the log. */
  readonly bytes: Uint8Array
  /** Member whom the record concerns; undefined where it concerns none or all. */
  readonly subject: string | undefined
  readonly events: ReadonlyArray<Event>
  /** Commands or readings refused: for the receipt. */
  readonly refused: number
  /** Market time after the record. */
  readonly marketTime: number
}

/** Entries that become durable together, or not at all. */
export interface JournalBatch {
  readonly area: string
  readonly epoch: number
  readonly entries: ReadonlyArray<JournalEntry>
  readonly stateHash: string
  readonly marketTime: number
}

/** What the journal keeps for a receipt. */
export interface StoredReceipt {
  readonly recordHash: Uint8Array
  readonly position: number
  readonly verdict: Verdict
  readonly refused: number
}

/** A journaled record for replay. `bytes` is undefined where the member was erased: a tombstone. */
export interface ReplayRecord {
  readonly position: number
  readonly recordHash: Uint8Array
  readonly verdict: Verdict
  readonly bytes: Uint8Array | undefined
}

/** Where a snapshot stands: the state before the record at `nextPosition`. */
export interface Snapshot {
  readonly nextPosition: number
  readonly state: Uint8Array
  readonly hash: Uint8Array
}

/** A recorded run's batch on its way to the chain. */
export interface BatchRow {
  readonly community: string
  readonly settlementPeriod: string
  readonly version: number
  readonly runId: Uint8Array
  /** Position of the RecordRun record, and the journal's head hash there. */
  readonly logPosition: number
  readonly logHeadHash: Uint8Array
  /** The month of whose accounts escrow lies when the run is recorded: the newest month with a run. */
  readonly accountMonth: string
  readonly status: "waiting" | "submitted" | "anchored"
  readonly transaction: Uint8Array | undefined
  readonly transactionBytes: Uint8Array | undefined
  readonly height: number | undefined
}

/** An amount of a member, in nano-units. */
export interface MemberAmount {
  readonly member: string
  readonly amount: bigint
}

/** A run as it was stored, without its inputs and postings. */
export type StoredRun = Pick<Run, "runId" | "inputsHash" | "resultHash" | "lines" | "publicRows" | "positions">

/** The durable memory of the engine: ONE transaction holds records, events, offset, projections and outbox (design, decision 6). */
export class Journal extends Context.Service<
  Journal,
  {
    /** Takes the area over: raises the writer epoch and tells where the journal stands. */
    readonly open: (area: string) => Effect.Effect<JournalHead, JournalUnavailable>
    /** Where the journal stands, without taking over: to learn the fate of a commit. */
    readonly head: (area: string) => Effect.Effect<JournalHead, JournalUnavailable>
    /** Commits a batch whose first position must be the stored next position. */
    readonly commit: (batch: JournalBatch) => Effect.Effect<void, JournalUnavailable | Fenced | JournalCorrupt>
    /** First receipts of records, for those that were journaled. */
    readonly receipts: (area: string, hashes: ReadonlyArray<Uint8Array>) => Effect.Effect<ReadonlyArray<StoredReceipt>, JournalUnavailable>
    /** At most `limit` journaled records from `position` on. */
    readonly replay: (area: string, position: number, limit: number) => Effect.Effect<ReadonlyArray<ReplayRecord>, JournalUnavailable | JournalCorrupt>
    readonly saveSnapshot: (writer: Writer, snapshot: Snapshot) => Effect.Effect<void, JournalUnavailable | Fenced>
    readonly latestSnapshot: (area: string) => Effect.Effect<Snapshot | undefined, JournalUnavailable>
    /** The input set of a run as the journal stood at `logPosition`; the same for everybody who asks, at any time. */
    readonly runInputs: (area: string, due: RunDue, logPosition: number) => Effect.Effect<RunInputs, JournalUnavailable | JournalCorrupt>
    /** Position of the record that made a run due. */
    readonly duePosition: (area: string, community: string, settlementPeriod: string, version: number) => Effect.Effect<{ readonly due: RunDue; readonly logPosition: number } | undefined, JournalUnavailable>
    /** Stores what a run found, and the Merkle root over its salted lines and public rows; the same run again changes nothing. It counts only once RecordRun is journaled. */
    readonly saveRun: (writer: Writer, run: Run, root: Uint8Array) => Effect.Effect<void, JournalUnavailable | Fenced>
    /** What a stored run found. */
    readonly readRun: (area: string, runId: Uint8Array) => Effect.Effect<StoredRun | undefined, JournalUnavailable>
    /** What the batch of a recorded run moves in escrow. */
    readonly escrowMoves: (area: string, runId: Uint8Array) => Effect.Effect<ReadonlyArray<MemberAmount>, JournalUnavailable>
    /** Credit and escrow of a community's members as the journal stood just before `logPosition`. */
    readonly balancesBefore: (area: string, community: string, logPosition: number) => Effect.Effect<ReadonlyArray<Balance>, JournalUnavailable>
    /** The recorded run of a community before `logPosition`, if any: its log position, and the month of whose accounts escrow lay after it. */
    readonly runBefore: (area: string, community: string, logPosition: number) => Effect.Effect<{ readonly accountMonth: string; readonly logPosition: number } | undefined, JournalUnavailable>
    /** Batches whose receipt from the chain is still missing, oldest first. */
    readonly openBatches: (area: string) => Effect.Effect<ReadonlyArray<BatchRow>, JournalUnavailable>
    /** Remembers a transaction BEFORE it is broadcast, so that its fate can be asked for after a crash. */
    readonly rememberTransaction: (writer: Writer, batch: BatchRow, transaction: Uint8Array, transactionBytes: Uint8Array) => Effect.Effect<void, JournalUnavailable | Fenced>
    /** Deposits of a community's members journaled at positions in [from, to), in order. */
    readonly deposits: (area: string, community: string, from: number, to: number) => Effect.Effect<ReadonlyArray<MemberAmount & { readonly reference: string }>, JournalUnavailable>
  }
>()("engine/service/Journal") {}
