/** What a gateway's store keeps, and how it stands in the rows of its tables. */
import type { ReadingFlag } from "../../../engine/core/metering/evidence.ts"
import type { MeterMemory } from "../plausibility/judge.ts"

/** A reading batch that waits for the engine's receipt. */
export interface PendingBatch {
  readonly id: number
  readonly signer: string
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
  /** The site whose readings it holds; undefined for one that an earlier release kept. */
  readonly site?: string | undefined
  /** True for one that has its receipt and was asked for again. */
  readonly isRefill?: boolean
}

/** A reading that no batch holds yet. Sequence 0: withheld, evidence only. */
export interface StoredReading {
  readonly id: number
  readonly meteringPoint: string
  readonly sequence: number
  readonly time: number
  readonly registerWh: number
  readonly powerW: number
  readonly flags: ReadonlyArray<ReadingFlag>
  readonly raw: Uint8Array
  /** What is to be reported of a clock with it, in seconds off the engine's; undefined for nothing. */
  readonly clockOffset?: number | undefined
}

/** What one poll of one metering point brings to the store. */
export interface NewReading extends Omit<StoredReading, "id" | "sequence"> {
  readonly site: string
  /** True for evidence only: no sequence is used up. */
  readonly isWithheld: boolean
  /** The meter's memory after this poll. */
  readonly memory: MeterMemory
}

/** What is known of a metering point. */
export interface MeterState {
  readonly sequence: number
  readonly time: number
  readonly memory: MeterMemory
}

/** A batch to keep, with the readings that it holds. */
export interface KeptBatch {
  readonly site: string
  readonly signer: string
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
  readonly readings: ReadonlyArray<StoredReading>
}

/** A batch's fate as the engine's receipt tells it. */
export interface Settled {
  readonly id: number
  readonly receipt: Uint8Array
  /** True where the engine journaled the record but refused it whole. */
  readonly isRefused: boolean
}

/** What waits and lies in the store. */
export interface StoreCounts {
  readonly unsealed: number
  readonly waiting: number
  readonly refused: number
}

/** A reading out of its row. */
export const readingOf = (row: Record<string, unknown>): StoredReading => ({
  id: Number(row["id"]),
  meteringPoint: String(row["metering_point"]),
  sequence: Number(row["sequence"]),
  time: Number(row["time"]),
  registerWh: Number(row["register_wh"]),
  powerW: Number(row["power_w"]),
  flags: JSON.parse(String(row["flags"])) as Array<ReadingFlag>,
  raw: row["raw"] as Uint8Array,
  clockOffset: row["clock_offset"] === null ? undefined : Number(row["clock_offset"])
})

/** A batch out of its row. */
export const batchOf = (row: Record<string, unknown>): PendingBatch => ({
  id: Number(row["id"]),
  signer: String(row["signer"]),
  hash: row["hash"] as Uint8Array,
  bytes: row["bytes"] as Uint8Array,
  site: row["site"] === null ? undefined : String(row["site"]),
  isRefill: row["state"] === 2
})
