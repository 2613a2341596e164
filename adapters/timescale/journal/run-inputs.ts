import type pg from "pg"
import { periodsBetween } from "../../../engine/core/calendar/period.ts"
import type { Direction, Quality } from "../../../engine/core/metering/metering-point.ts"
import type { Trade } from "../../../engine/core/market/order.ts"
import type { RunInputs } from "../../../engine/core/settlement/run-inputs.ts"
import type { RunDue } from "../../../engine/core/settlement/record-run.ts"
import { BrokenJournal } from "./read.ts"

interface ValueRow {
  readonly metering_point: string
  readonly period: number
  readonly energy_wh: number
  readonly quality: Quality
  readonly version: number
}

/** Gathers a run's inputs as the journal stood after `logPosition`: later versions are left out, so everybody gets the same. */
export const readRunInputs = async (pool: pg.Pool, area: string, due: RunDue, logPosition: number): Promise<RunInputs> => {
  const { community, settlementPeriod, version, start, end } = due
  const periods = periodsBetween(start, end)
  const [tariffs, points, values, trades] = await Promise.all([
    pool.query("select residual_supply_price, feed_in_price, sharing_price from community where area = $1 and community = $2", [area, community]),
    pool.query<{ metering_point: string; member: string; direction: Direction }>(
      `select p.metering_point, p.member, p.direction from metering_point p join member m on m.area = p.area and m.member = p.member
       where p.area = $1 and m.community = $2 and p.position <= $3 order by p.metering_point collate "C"`,
      [area, community, logPosition]
    ),
    pool.query<ValueRow>(
      `select distinct on (metering_point, period) metering_point, period, energy_wh, quality, version from interval_value
       where area = $1 and period >= $2 and period < $3 and position <= $4 order by metering_point, period, version desc`,
      [area, start, end, logPosition]
    ),
    readTrades(pool, area, due, logPosition)
  ])
  const prices = tariffs.rows[0]
  if (prices === undefined) throw new BrokenJournal(`community ${community} has no tariff`)
  const byPoint = Map.groupBy(values.rows, (row) => row.metering_point)
  return {
    area,
    community,
    settlementPeriod,
    version,
    logPosition,
    tariff: {
      residualSupplyPrice: prices.residual_supply_price,
      feedInPrice: prices.feed_in_price,
      sharingPrice: prices.sharing_price
    },
    periods,
    points: points.rows.map(({ metering_point, member, direction }) => ({
      meteringPoint: metering_point,
      member,
      direction,
      values: valuesOf(metering_point, periods, byPoint.get(metering_point) ?? [])
    })),
    trades
  }
}

const valuesOf = (meteringPoint: string, periods: ReadonlyArray<number>, rows: ReadonlyArray<ValueRow>) => {
  const byPeriod = new Map(rows.map((row) => [row.period, row]))
  return periods.map((period) => {
    const row = byPeriod.get(period)
    if (row === undefined) throw new BrokenJournal(`no interval value of ${meteringPoint} for the period at ${period}`)
    return { energyWh: row.energy_wh, quality: row.quality, version: row.version }
  })
}

const readTrades = async (pool: pg.Pool, area: string, { community, start, end }: RunDue, logPosition: number): Promise<Array<Trade>> => {
  const { rows } = await pool.query(
    `select trade_id, period, community, buy_order, sell_order, buy_point, sell_point, buyer, seller, price, quantity from trade
     where area = $1 and community = $2 and period >= $3 and period < $4 and position <= $5 order by period, trade_id`,
    [area, community, start, end, logPosition]
  )
  return rows.map((row) => ({
    tradeId: row.trade_id,
    period: row.period,
    community: row.community,
    buyOrder: row.buy_order,
    sellOrder: row.sell_order,
    buyPoint: row.buy_point,
    sellPoint: row.sell_point,
    buyer: row.buyer,
    seller: row.seller,
    price: row.price,
    quantity: row.quantity
  }))
}
