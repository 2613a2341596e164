import { Effect } from "effect"
import type pg from "pg"
import { allocatePeriod, type PointAllocation } from "../../../engine/core/allocation/allocate-period.ts"
import { compareText } from "../../../engine/core/quantity/bytes.ts"
import type { Trade as CoreTrade } from "../../../engine/core/market/order.ts"
import type { Interval, Views, ViewsUnavailable } from "../../../engine/service/ports/driven/views.ts"
import { ask, toNumber } from "./ask.ts"

const communityOf = `select community from member where area = $1 and member = $2`
const pointsOf = `
  select p.metering_point, p.member, p.direction
  from metering_point p join member m on m.area = p.area and m.member = p.member
  where p.area = $1 and m.community = $2`
// One range of the primary key for each point, whatever the planner knows of the table's size.
const newestValues = `
  select distinct on (metering_point, period) metering_point, period, version, energy_wh, quality
  from interval_value
  where area = $1 and metering_point = any($2::text[]) and period >= $3 and period < $4
  order by metering_point, period, version desc`
const tradesOf = `
  select trade_id, period, community, buy_order, sell_order, buy_point, sell_point, buyer, seller, price, quantity
  from trade where area = $1 and community = $2 and period >= $3 and period < $4 order by trade_id`
const closedOf = `select period from delivery_period where area = $1 and community = $2 and period >= $3 and period < $4`

interface PointRow {
  readonly metering_point: string
  readonly member: string
  readonly direction: Interval["direction"]
}
interface ValueRow {
  readonly metering_point: string
  readonly period: string
  readonly version: number
  readonly energy_wh: string
  readonly quality: NonNullable<Interval["quality"]>
}
type TradeRow = Record<"trade_id" | "period" | "community" | "buy_order" | "sell_order" | "buy_point" | "sell_point" | "buyer" | "seller" | "quantity", string> & { readonly price: number }

/** Answers {@link Views} `intervals`: the whole community is allocated, because a share depends on everybody's energy. */
export const intervals = (pool: pg.Pool): Views["Service"]["intervals"] =>
  Effect.fn("Views.intervals")(function* (area, member, day): Effect.fn.Return<ReadonlyArray<Interval> | undefined, ViewsUnavailable> {
    const [own] = yield* ask<{ readonly community: string }>(pool, "community of a member", communityOf, [area, member])
    if (own === undefined) return undefined
    const points = yield* ask<PointRow>(pool, "metering points", pointsOf, [area, own.community])
    const ids = points.map(({ metering_point }) => metering_point)
    const ofDay = [area, own.community, day.start, day.end]
    const [values, trades, closed] = yield* Effect.all(
      [
        ask<ValueRow>(pool, "interval values", newestValues, [area, ids, day.start, day.end]),
        ask<TradeRow>(pool, "trades of a day", tradesOf, ofDay),
        ask<{ readonly period: string }>(pool, "closed periods", closedOf, ofDay)
      ],
      { concurrency: 3 }
    )
    return intervalsOf(member, points, values, trades.map(toCoreTrade), new Set(closed.map(({ period }) => toNumber(period))))
  })

const toCoreTrade = (row: TradeRow): CoreTrade => ({
  tradeId: toNumber(row.trade_id),
  period: toNumber(row.period),
  community: row.community,
  buyOrder: toNumber(row.buy_order),
  sellOrder: toNumber(row.sell_order),
  buyPoint: row.buy_point,
  sellPoint: row.sell_point,
  buyer: row.buyer,
  seller: row.seller,
  price: row.price,
  quantity: toNumber(row.quantity)
})

const intervalsOf = (
  member: string,
  points: ReadonlyArray<PointRow>,
  values: ReadonlyArray<ValueRow>,
  trades: ReadonlyArray<CoreTrade>,
  closed: ReadonlySet<number>
): ReadonlyArray<Interval> => {
  const byId = points.toSorted((left, right) => compareText(left.metering_point, right.metering_point))
  const valuesByPeriod = Map.groupBy(values, (value) => toNumber(value.period))
  const tradesByPeriod = Map.groupBy(trades, (trade) => trade.period)
  const periods = [...new Set([...valuesByPeriod.keys(), ...tradesByPeriod.keys()])].sort((left, right) => left - right)
  const result = periods.flatMap((period) => {
    const valueOf = new Map((valuesByPeriod.get(period) ?? []).map((value) => [value.metering_point, value]))
    const made = tradesByPeriod.get(period) ?? []
    const shares = closed.has(period) ? allocate(byId, valueOf, made) : new Map<string, PointAllocation>()
    return byId.filter((point) => point.member === member).map((point) => toInterval(point, period, valueOf.get(point.metering_point), made, shares.get(point.metering_point)))
  })
  return result
    .filter(({ energyWh, contractedWh }) => energyWh !== null || contractedWh > 0)
    .sort((left, right) => compareText(left.meteringPoint, right.meteringPoint) || left.period - right.period)
}

/** A point registered after the period was closed has no value there and was no part of it. */
const allocate = (points: ReadonlyArray<PointRow>, valueOf: ReadonlyMap<string, ValueRow>, trades: ReadonlyArray<CoreTrade>): ReadonlyMap<string, PointAllocation> => {
  const metered = points.flatMap(({ metering_point, member, direction }) => {
    const value = valueOf.get(metering_point)
    return value === undefined ? [] : [{ meteringPoint: metering_point, member, direction, energyWh: toNumber(value.energy_wh) }]
  })
  return new Map(allocatePeriod(metered, trades).points.map((share) => [share.meteringPoint, share]))
}

const toInterval = (
  { metering_point, direction }: PointRow,
  period: number,
  value: ValueRow | undefined,
  trades: ReadonlyArray<CoreTrade>,
  share: PointAllocation | undefined
): Interval => ({
  meteringPoint: metering_point,
  direction,
  period,
  energyWh: value === undefined ? null : toNumber(value.energy_wh),
  quality: value?.quality ?? null,
  version: value?.version ?? null,
  contractedWh: trades
    .filter((trade) => (direction === "injection" ? trade.sellPoint : trade.buyPoint) === metering_point)
    .reduce((sum, trade) => sum + trade.quantity, 0),
  tradedWh: share?.tradedWh ?? null,
  sharedWh: share?.sharedWh ?? null,
  beyondWh: share?.beyondWh ?? null
})
