import { Effect } from "effect"
import type pg from "pg"
import { event as eventCodec, type Event } from "../../../engine/core/event.ts"
import { decode } from "../../../engine/core/quantity/codec.ts"
import type { OrderView, OrderViews, RecordOutcome } from "../../../engine/service/ports/driven/order-views.ts"
import { ask, toNumber, toNumberOrNull } from "./ask.ts"

const receipt = "select position, verdict, refused from receipt where area = $1 and record_hash = $2"
const caused = "select payload from event where area = $1 and position = $2 order by index"
const oneOrder = `select o.order_id, o.client_order_id, o.period, o.metering_point, o.member, o.side, o.order_kind, o.good_till, o.price, o.quantity, c.remaining, c.reason,
  (select coalesce(sum(t.quantity), 0) from trade t where t.area = o.area and t.buy_order = o.order_id) +
  (select coalesce(sum(t.quantity), 0) from trade t where t.area = o.area and t.sell_order = o.order_id) as traded
  from market_order o left join order_closed c on c.area = o.area and c.order_id = o.order_id where o.area = $1 and o.order_id = $2`

interface ReceiptRow {
  readonly position: string
  readonly verdict: string
  readonly refused: number
}

type OrderRow = Record<"order_id" | "period" | "metering_point" | "member" | "order_kind" | "good_till" | "quantity" | "traded", string> &
  Record<"client_order_id" | "remaining" | "reason", string | null> & { readonly side: "buy" | "sell"; readonly price: number }

const nothing = { meteringPoint: null, clientOrderId: null, orderId: null, tradeId: null, price: null, quantity: null, remaining: null, status: null }

const clientOrderIdOf = ({ clientOrderId }: { readonly clientOrderId: bigint | undefined }): string | null => (clientOrderId === undefined ? null : String(clientOrderId))

/** What an event says of orders; undefined for one that says nothing of them. */
const outcomeOf = (event: Event): RecordOutcome | undefined => {
  switch (event.kind) {
    case "CommandRefused":
      return { ...nothing, event: event.kind, status: event.status }
    case "PreferenceSet":
      return { ...nothing, event: event.kind, meteringPoint: event.meteringPoint, price: event.limitPrice }
    case "OrderPlaced":
      return { ...nothing, event: event.kind, meteringPoint: event.meteringPoint, clientOrderId: clientOrderIdOf(event), orderId: event.orderId, price: event.price, quantity: event.quantity }
    case "OrderRefused":
      return { ...nothing, event: event.kind, meteringPoint: event.meteringPoint, clientOrderId: clientOrderIdOf(event), price: event.price, quantity: event.quantity, status: event.status }
    case "OrderChangeRefused":
      return { ...nothing, event: event.kind, meteringPoint: event.meteringPoint, clientOrderId: clientOrderIdOf(event), status: event.status }
    case "OrderClosed":
      return { ...nothing, event: event.kind, orderId: event.orderId, remaining: event.remaining, status: event.reason }
    case "OrderReduced":
      return { ...nothing, event: event.kind, orderId: event.orderId, quantity: event.quantity, remaining: event.remaining, status: event.reason }
    case "OrderMoved":
      return { ...nothing, event: event.kind, orderId: event.orderId, price: event.price }
    case "TradeMade":
      return { ...nothing, event: event.kind, tradeId: event.trade.tradeId, price: event.trade.price, quantity: event.trade.quantity }
    default:
      return undefined
  }
}

/** Answers {@link OrderViews} `recordFate`, from the events themselves. */
const recordFate = (pool: pg.Pool): OrderViews["Service"]["recordFate"] =>
  Effect.fnUntraced(function* (area, hash) {
    const [found] = yield* ask<ReceiptRow>(pool, "receipt of a record", receipt, [area, hash])
    if (found === undefined) return undefined
    const rows = yield* ask<{ readonly payload: Uint8Array }>(pool, "events of a record", caused, [area, found.position])
    const outcomes = rows.flatMap(({ payload }) => outcomeOf(decode(eventCodec, payload)) ?? [])
    return { record: Buffer.from(hash).toString("hex"), position: toNumber(found.position), verdict: found.verdict, refused: found.refused, outcomes }
  })

const toOrder = (row: OrderRow): OrderView => ({
  orderId: toNumber(row.order_id),
  clientOrderId: row.client_order_id,
  period: toNumber(row.period),
  meteringPoint: row.metering_point,
  member: row.member,
  side: row.side,
  orderKind: row.order_kind,
  goodTill: toNumber(row.good_till),
  price: row.price,
  quantity: toNumber(row.quantity),
  tradedWh: toNumber(row.traded),
  remaining: toNumberOrNull(row.remaining),
  closed: row.reason
})

/** Answers {@link OrderViews} `order`. */
const order = (pool: pg.Pool): OrderViews["Service"]["order"] => (area, orderId) =>
  ask<OrderRow>(pool, "an order", oneOrder, [area, orderId]).pipe(Effect.map(([row]) => (row === undefined ? undefined : toOrder(row))))

/** The {@link OrderViews} over the projections that the journal keeps. The pool stays its owner's. */
export const makeOrderViews = (pool: pg.Pool): OrderViews["Service"] => ({ recordFate: recordFate(pool), order: order(pool) })
