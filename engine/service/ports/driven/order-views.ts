import { Context, Schema, type Effect } from "effect"
import type { ViewsUnavailable } from "./views.ts"

/** One event that a record caused, as far as it is about orders; what an event does not say is null. */
export const RecordOutcome = Schema.Struct({
  event: Schema.String,
  meteringPoint: Schema.NullOr(Schema.String),
  /** In decimal digits: 64 bits. */
  clientOrderId: Schema.NullOr(Schema.String),
  orderId: Schema.NullOr(Schema.Number),
  tradeId: Schema.NullOr(Schema.Number),
  price: Schema.NullOr(Schema.Number),
  quantity: Schema.NullOr(Schema.Number),
  remaining: Schema.NullOr(Schema.Number),
  /** Why something was refused, or an order closed or reduced. */
  status: Schema.NullOr(Schema.String)
})
export type RecordOutcome = typeof RecordOutcome.Type

/** What became of a signed envelope: where it stands in the log, what its check said, what it caused. */
export const RecordFate = Schema.Struct({
  record: Schema.String,
  position: Schema.Number,
  verdict: Schema.String,
  refused: Schema.Number,
  outcomes: Schema.Array(RecordOutcome)
})
export type RecordFate = typeof RecordFate.Type

/** An order as it was placed and where it stands: `remaining` Wh are untraded; `closed` says why it left its book, null while it rests. */
export const OrderView = Schema.Struct({
  orderId: Schema.Number,
  clientOrderId: Schema.NullOr(Schema.String),
  period: Schema.Number,
  meteringPoint: Schema.String,
  member: Schema.String,
  side: Schema.Literals(["buy", "sell"]),
  orderKind: Schema.String,
  goodTill: Schema.Number,
  /** As placed. */
  price: Schema.Number,
  quantity: Schema.Number,
  /** Wh of trades, delivered or not. */
  tradedWh: Schema.Number,
  remaining: Schema.NullOr(Schema.Number),
  closed: Schema.NullOr(Schema.String)
})
export type OrderView = typeof OrderView.Type

/** Read-only questions about orders over the projections of one area; `undefined` says that there is no such thing (yet). */
export class OrderViews extends Context.Service<
  OrderViews,
  {
    /** What became of the record with this SHA-256. */
    readonly recordFate: (area: string, hash: Uint8Array) => Effect.Effect<RecordFate | undefined, ViewsUnavailable>
    readonly order: (area: string, orderId: number) => Effect.Effect<OrderView | undefined, ViewsUnavailable>
  }
>()("engine/service/OrderViews") {}
