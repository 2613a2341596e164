import { encode } from "../../../engine/core/quantity/codec.ts"
import { event as eventCodec, type Event } from "../../../engine/core/event.ts"
import type { JournalEntry } from "../../../engine/service/ports/driven/journal.ts"
import type { TableRows } from "../rows.ts"
import { type Change, meteringChanges, meteringInserts, projectDoubts, projectMetering } from "./metering-projection.ts"

/** Rows and changes that a batch of journal entries means for the projections, by table. */
export class Projection {
  private readonly area: string
  private readonly tables = new Map<string, Array<ReadonlyArray<unknown>>>()
  /** Market time of the record at hand. */
  private marketTime = 0

  constructor(area: string) {
    this.area = area
  }

  /** Rows of a table so far, each beginning with the area. */
  rows(table: string): ReadonlyArray<ReadonlyArray<unknown>> {
    return this.tables.get(table) ?? []
  }

  private add(table: string, ...row: ReadonlyArray<unknown>): void {
    const rows = this.tables.get(table)
    if (rows === undefined) this.tables.set(table, [[this.area, ...row]])
    else rows.push([this.area, ...row])
  }

  entry({ record, subject, events, marketTime }: JournalEntry): void {
    this.marketTime = marketTime
    for (const [index, one] of events.entries()) {
      this.add("event", record.position, index, one.kind, subject ?? null, encode(eventCodec, one))
      this.project(record.position, one)
    }
    projectDoubts(record.position, events, (table, ...row) => this.add(table, ...row))
  }

  private project(position: number, one: Event): void {
    switch (one.kind) {
      case "AreaOpened":
        return this.add("area", one.timeZone)
      case "CommunityOpened":
        return this.add("community", one.community, one.tariff.residualSupplyPrice, one.tariff.feedInPrice, one.tariff.sharingPrice)
      case "MemberAdmitted":
        return this.add("member", one.member, one.community)
      case "MeteringPointRegistered":
        return this.add("metering_point", one.meteringPoint, one.member, one.direction, position)
      case "DepositRecorded":
        this.add("deposit", one.reference, one.member, one.amount, position)
        return this.add("escrow", one.member, String(one.amount))
      case "IntervalValueRecorded":
        return this.add("interval_value", one.meteringPoint, one.period, one.version, one.energyWh, one.quality, position)
      case "OrderPlaced":
        return this.add("market_order", one.orderId, one.period, one.meteringPoint, one.member, one.side, one.price, one.quantity, one.preference, one.clientOrderId === undefined ? null : String(one.clientOrderId), one.orderKind, one.goodTill, position)
      case "OrderClosed":
        return this.add("order_closed", one.orderId, one.remaining, one.reason, position)
      case "TradeMade": {
        const { tradeId, period, community, buyOrder, sellOrder, buyPoint, sellPoint, buyer, seller, price, quantity } = one.trade
        return this.add("trade", tradeId, period, community, buyOrder, sellOrder, buyPoint, sellPoint, buyer, seller, price, quantity, this.marketTime, position)
      }
      case "TradeDelivered":
        return this.add("trade_delivered", one.tradeId, one.deliveredWh, one.sellerShortfallWh, one.buyerExcessWh)
      case "DeliveryClosed":
        return this.add("delivery_period", one.community, one.period, one.injectedWh, one.withdrawnWh, one.tradedWh, one.sharedWh, position)
      case "RunDue":
        return this.add("run_due", one.community, one.settlementPeriod, one.version, one.start, one.end, position)
      case "RunRecorded":
        for (const { member, amount } of one.positions) this.add("escrow", member, String(amount))
        return this.add("run_recorded", one.runId, one.community, one.settlementPeriod, one.version, position)
      case "EscrowMoved":
        for (const { member, amount } of one.moves) this.add("escrow_move", one.runId, member, String(amount))
        return
      case "BatchAnchored":
        return this.add("batch_anchored", one.community, one.settlementPeriod, one.version, one.transaction, one.height)
      default:
        return projectMetering(position, one, (table, ...row) => this.add(table, ...row))
    }
  }
}

const column = (definition: string): ReadonlyArray<readonly [string, string]> =>
  `area text, ${definition}`.split(", ").map((one) => one.split(" ") as [string, string])

const inserts: ReadonlyArray<Omit<TableRows, "rows">> = [
  { table: "event", columns: column("position bigint, index integer, kind text, subject text, payload bytea") },
  { table: "area", columns: column("time_zone text") },
  { table: "community", columns: column("community text, residual_supply_price integer, feed_in_price integer, sharing_price integer") },
  { table: "member", columns: column("member text, community text") },
  { table: "metering_point", columns: column("metering_point text, member text, direction text, position bigint") },
  { table: "deposit", columns: column("reference text, member text, amount bigint, position bigint") },
  { table: "interval_value", columns: column("metering_point text, period bigint, version integer, energy_wh bigint, quality text, position bigint") },
  {
    table: "market_order",
    columns: column("order_id bigint, period bigint, metering_point text, member text, side text, price integer, quantity bigint, preference bytea, client_order_id numeric, order_kind text, good_till bigint, position bigint")
  },
  { table: "order_closed", columns: column("order_id bigint, remaining bigint, reason text, position bigint") },
  {
    table: "trade",
    columns: column(
      "trade_id bigint, period bigint, community text, buy_order bigint, sell_order bigint, buy_point text, sell_point text, buyer text, seller text, price integer, quantity bigint, market_time bigint, position bigint"
    )
  },
  {
    table: "delivery_period",
    columns: column("community text, period bigint, injected_wh bigint, withdrawn_wh bigint, traded_wh bigint, shared_wh bigint, position bigint")
  },
  { table: "escrow_move", columns: column("run_id bytea, member text, amount numeric") },
  { table: "run_due", columns: column("community text, settlement_period text, version integer, start_time bigint, end_time bigint, position bigint") },
  ...meteringInserts
]

/** Statements of plain inserts, in an order that suits the tables. */
export const insertsOf = (projection: Projection): ReadonlyArray<TableRows> =>
  inserts.map((one) => ({ ...one, rows: projection.rows(one.table) })).filter(({ rows }) => rows.length > 0)

/** Changes after the inserts. */
export const changes: ReadonlyArray<Change> = [
  ...meteringChanges,
  {
    name: "trade_delivered",
    types: ["text", "bigint", "bigint", "bigint", "bigint"],
    sql: (arrays) => `update trade set delivered_wh = d.delivered, seller_shortfall_wh = d.shortfall, buyer_excess_wh = d.excess
      from unnest(${arrays}) as d(area, trade_id, delivered, shortfall, excess) where trade.area = d.area and trade.trade_id = d.trade_id`
  },
  {
    name: "escrow",
    types: ["text", "text", "numeric"],
    sql: (arrays) => `insert into escrow select area, member, sum(amount) from unnest(${arrays}) as e(area, member, amount) group by area, member
      on conflict (area, member) do update set amount = escrow.amount + excluded.amount`
  },
  {
    name: "run_recorded",
    types: ["text", "bytea", "text", "text", "integer", "bigint"],
    sql: (arrays) => `with recorded as (select * from unnest(${arrays}) as r(area, run_id, community, settlement_period, version, position)),
      marked as (update run set position = recorded.position from recorded where run.area = recorded.area and run.run_id = recorded.run_id)
      insert into batch (area, community, settlement_period, version, run_id, log_position, log_head_hash, root, status)
      select r.area, r.community, r.settlement_period, r.version, r.run_id, r.position, j.head_hash, run.root, 'waiting'
      from recorded r join journal j on j.area = r.area and j.position = r.position
      join run on run.area = r.area and run.run_id = r.run_id`
  },
  {
    name: "batch_anchored",
    types: ["text", "text", "text", "integer", "bytea", "bigint"],
    sql: (arrays) => `update batch set status = 'anchored', transaction = a.transaction, height = a.height
      from unnest(${arrays}) as a(area, community, settlement_period, version, transaction, height)
      where batch.area = a.area and batch.community = a.community and batch.settlement_period = a.settlement_period and batch.version = a.version`
  }
]
