import { Context, Schema, type Effect } from "effect"
import type { OrderView, RecordFate } from "../driven/order-views.ts"
import type { ViewsUnavailable } from "../driven/views.ts"

/** An envelope that is not worth a place in the log; `reason` is a verdict, a refusal of the core, or "NotOrders". */
export class EnvelopeRefused extends Schema.TaggedError<EnvelopeRefused>()("EnvelopeRefused", { reason: Schema.String, mend: Schema.String }) {}

/** The wallet sends more than it may; the same bytes are taken `retryAfter` whole seconds from now. */
export class TooManyOrders extends Schema.TaggedError<TooManyOrders>()("TooManyOrders", { perSecond: Schema.Number, retryAfter: Schema.Number }) {}

/** The log does not take the envelope now: the same bytes may be sent again. */
export class EntryUnavailable extends Schema.TaggedError<EntryUnavailable>()("EntryUnavailable", { cause: Schema.Defect() }) {}

const DepthView = Schema.Array(Schema.Struct({ price: Schema.Number, quantity: Schema.Number }))

/** One book as everybody may see it: prices in micro-units per kWh, Wh open, best first. Directed and collected orders are not shown. */
export const BookView = Schema.Struct({
  period: Schema.Number,
  community: Schema.String,
  /** True while the book collects orders for its call and matches nothing. */
  collects: Schema.Boolean,
  bestBid: Schema.NullOr(Schema.Number),
  bestAsk: Schema.NullOr(Schema.Number),
  bids: DepthView,
  asks: DepthView
})
export type BookView = typeof BookView.Type

/** What an envelope may hold: orders, or preferences. */
export type EntryKind = "orders" | "preferences"

/** The door for members' signed orders and preferences. Handing one over says nothing of its fate: that comes with the event. */
export class OrderEntry extends Context.Service<
  OrderEntry,
  {
    /** Hands a wallet's envelope to the log; answers with the record's SHA-256, by which its fate is found. The same bytes may be sent again. */
    readonly submit: (envelope: Uint8Array, kind: EntryKind) => Effect.Effect<Uint8Array, EnvelopeRefused | TooManyOrders | EntryUnavailable>
    readonly recordFate: (hash: Uint8Array) => Effect.Effect<RecordFate | undefined, ViewsUnavailable>
    readonly order: (orderId: number) => Effect.Effect<OrderView | undefined, ViewsUnavailable>
    /** The books of a delivery period, by community, at most `levels` prices a side; empty where none is open. */
    readonly books: (period: number, levels: number) => Effect.Effect<ReadonlyArray<BookView>>
  }
>()("engine/service/OrderEntry") {}
