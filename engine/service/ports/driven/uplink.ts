import { Context, Schema, type Effect } from "effect"
import type { UplinkAnswer } from "../../../core/receipt.ts"

/** The engine was not reached, is busy or did not answer in time: keep the reading batch and try again. */
export class UplinkUnavailable extends Schema.TaggedError<UplinkUnavailable>()("UplinkUnavailable", {
  cause: Schema.Defect(),
  /** Seconds after which the engine wants to be asked again, where it said so. */
  retryAfter: Schema.optional(Schema.Number)
}) {}

/** The engine answered by name that it does not take this batch: keep it, tell the people, try again seldom. */
export class UplinkRefused extends Schema.TaggedError<UplinkRefused>()("UplinkRefused", {
  name: Schema.String,
  reason: Schema.String,
  mend: Schema.String,
  /** What of the batch is meant, by place among its readings and behind them its evidence. */
  places: Schema.optional(Schema.Array(Schema.Number))
}) {}

/** The only way of a gateway to the engine (design, decision 6): HTTPS or Kafka, never a function call. */
export class Uplink extends Context.Service<
  Uplink,
  {
    /** Hands over one signed reading batch (envelope bytes); answers after the commit. Repeating is harmless: the first receipt comes again. */
    readonly submit: (batch: Uint8Array) => Effect.Effect<UplinkAnswer, UplinkUnavailable | UplinkRefused>
  }
>()("engine/service/Uplink") {}
