import { Context, Schema, type Effect } from "effect"
import type { SignedReceipt } from "../../../core/receipt.ts"

/** The engine was not reached or did not answer in time: keep the reading batches and try again. */
export class UplinkUnavailable extends Schema.TaggedError<UplinkUnavailable>()("UplinkUnavailable", { cause: Schema.Defect() }) {}

/** The only way of a gateway to the engine, even in one process (design, decision 6). */
export class Uplink extends Context.Service<
  Uplink,
  {
    /** Hands over signed reading batches (envelope bytes) and returns the engine's receipts, one each, in order. */
    readonly submit: (batches: ReadonlyArray<Uint8Array>) => Effect.Effect<ReadonlyArray<SignedReceipt>, UplinkUnavailable>
  }
>()("engine/service/Uplink") {}
