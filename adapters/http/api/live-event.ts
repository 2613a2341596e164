import { Schema } from "effect"
import { Trade } from "../../../engine/service/ports/driven/views.ts"
import { StatusView } from "./status-view.ts"

/** A trade as it happens. The event's id is the trade's, so a reader resumes behind the last one that it saw. */
const TradeEvent = Schema.Struct({ event: Schema.Literal("trade"), id: Schema.String, data: Schema.fromJsonString(Trade) })

/** Sent twice a second: who does not hear it for two seconds has lost the stream. */
const StatusEvent = Schema.Struct({ event: Schema.Literal("status"), id: Schema.optional(Schema.String), data: Schema.fromJsonString(StatusView) })

/** Closed delivery periods or batches changed: ask for them again. */
const ChangedEvent = Schema.Struct({
  event: Schema.Literal("changed"),
  id: Schema.optional(Schema.String),
  data: Schema.fromJsonString(Schema.Struct({ position: Schema.Number }))
})

/** What `/api/events` sends. */
export const LiveEvent = Schema.Union([TradeEvent, StatusEvent, ChangedEvent])
export type LiveEvent = typeof LiveEvent.Type
