import type pg from "pg"
import { periodsBetween } from "../../../engine/core/calendar/period.ts"
import type { Trade } from "../../../engine/core/market/order.ts"
import type { RunInputs } from "../../../engine/core/settlement/run-inputs.ts"
import type { RunDue } from "../../../engine/core/settlement/record-run.ts"
import { BrokenJournal } from "./read.ts"
import { readPrevious } from "./read-previous.ts"
import { readRunPoints } from "./run-points.ts"

/** Gathers a run's inputs as the journal stood after `logPosition`: later versions are left out, so everybody gets the same. */
export const readRunInputs = async (pool: pg.Pool, area: string, due: RunDue, logPosition: number): Promise<RunInputs> => {
  const { community, settlementPeriod, version, start, end } = due
  const periods = periodsBetween(start, end)
  const [tariffs, points, trades] = await Promise.all([
    pool.query("select residual_supply_price, feed_in_price, sharing_price from community where area = $1 and community = $2", [area, community]),
    readRunPoints(pool, area, due, periods, logPosition),
    readTrades(pool, area, due, logPosition)
  ])
  const prices = tariffs.rows[0]
  if (prices === undefined) throw new BrokenJournal(`community ${community} has no tariff`)
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
    points,
    trades,
    previous: version === 1 ? undefined : await readPrevious(pool, area, due, logPosition, periods, points)
  }
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
