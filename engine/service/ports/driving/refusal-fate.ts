import type { ReadingStatus } from "../../../core/metering/reading.ts"
import type { BatchRefusal } from "./reading-intake.ts"

/**
 * What a refusal means for the readings that it meets, in one place for engine, transports and gateways:
 * - "passes": nothing is wrong with them; the same bytes are taken a little later;
 * - "waits": they count once somebody has mended something, or market time has come; the gateway keeps them;
 * - "final": they were judged for good. They are in the journal as evidence, and are never handed over again.
 */
export type Fate = "passes" | "waits" | "final"

/** In front of the log nothing is final: nothing was appended, so nothing may be forgotten. */
export const fateOfBatch: Readonly<Record<BatchRefusal, Exclude<Fate, "final">>> = {
  Busy: "passes",
  EngineAway: "passes",
  TooFast: "passes",
  AheadOfMarket: "waits",
  UnknownGateway: "waits",
  // These bytes will never be taken; their readings will, in a batch that is signed anew or by another release.
  ForeignKey: "waits",
  WrongDomain: "waits",
  BadSignature: "waits",
  Malformed: "waits",
  NotReadings: "waits",
  TooLarge: "waits"
}

/** What `step` says of single readings. The door keeps out what waits, so that the log holds what is final only. */
export const fateOfReading: Readonly<Record<ReadingStatus, Exclude<Fate, "passes">>> = {
  UnknownMeteringPoint: "waits",
  NotItsGateway: "waits",
  FromTheFuture: "waits",
  Repeated: "final",
  Late: "final",
  RegisterFellBack: "final",
  AboveCapacity: "final",
  RegisterOutOfBounds: "final",
  SequenceOutsideWindow: "final",
  Disputed: "final",
  Retired: "final",
  LooksSwapped: "final"
}
