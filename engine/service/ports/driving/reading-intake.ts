import { Context, Schema, type Effect } from "effect"
import type { UplinkAnswer } from "../../../core/receipt.ts"

/** Why a reading batch does not reach the command log. Each name has one place where it is mended; refusal-fate.ts says what becomes of the readings. */
export const batchRefusals = ["Malformed", "TooLarge", "NotReadings", "WrongDomain", "BadSignature", "ForeignKey", "UnknownGateway", "AheadOfMarket", "TooFast", "Busy", "EngineAway"] as const
export type BatchRefusal = (typeof batchRefusals)[number]

/** A reading batch was refused in front of the log, by name; nothing was appended. */
export class BatchRefused extends Schema.TaggedError<BatchRefused>()("BatchRefused", {
  name: Schema.Literals(batchRefusals),
  reason: Schema.String,
  mend: Schema.String,
  /** Seconds to wait, for refusals that pass. */
  retryAfter: Schema.optional(Schema.Number),
  /** What of the batch is meant, by place among its readings and behind them its evidence; the batch as a whole where it is left out. */
  places: Schema.optional(Schema.Array(Schema.Number))
}) {}

/** Bytes of the largest reading batch: a thousand readings with their raw words stay below half of it. */
export const LARGEST_BATCH = 512 * 1024

/** The bridge in front of the command log: gateways hand over readings, never commands of any other kind. */
export class ReadingIntake extends Context.Service<
  ReadingIntake,
  {
    /** Checks a batch, appends it and answers after its commit. `presenter` is the key that the transport proved, where it proves one. */
    readonly submit: (batch: Uint8Array, presenter: Uint8Array | undefined) => Effect.Effect<UplinkAnswer, BatchRefused>
    /** Market time in seconds, for gateways of demo worlds that follow it. */
    readonly marketTime: Effect.Effect<number>
  }
>()("engine/service/ReadingIntake") {}
