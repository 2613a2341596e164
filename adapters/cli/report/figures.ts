import type pg from "pg"
import type { ChainStatus } from "../../../engine/service/ports/driving/market-status.ts"
import type { World } from "../world/world.ts"
import { energyErrorWh } from "./energy-error.ts"
import { moneyError } from "./money-error.ts"
import { outcomeHash } from "./outcome-hash.ts"

/** What `--json` prints: counts, energy in Wh, money in nano-units, hashes in hexadecimal. */
export interface Figures {
  readonly readings: number
  readonly intervals: number
  readonly orders: number
  readonly trades: number
  readonly energyTradedWh: number
  readonly energySharedWh: number
  readonly residualWh: number
  readonly feedInWh: number
  readonly batches: number
  readonly anchored: number
  readonly chain: ChainStatus["state"]
  readonly energyErrorWh: number
  readonly moneyError: number
  readonly stateHash: string
  readonly outcomeHash: string
}

/** Gathers the figures of an area from the journal, from market time `from` to `until`. */
export const gatherFigures = async (
  pool: pg.Pool,
  world: World,
  chain: ChainStatus["state"],
  from: number,
  until: number
): Promise<Figures> => {
  const { rows } = await pool.query(
    `select
       (select count(*) from event where area = $1 and kind = 'ReadingRecorded') as readings,
       (select count(*) from (select distinct metering_point, period from interval_value where area = $1) i) as intervals,
       (select count(*) from market_order where area = $1) as orders,
       (select count(*) from trade where area = $1) as trades,
       (select coalesce(sum(traded_wh), 0)::bigint from delivery_period where area = $1) as traded,
       (select coalesce(sum(shared_wh), 0)::bigint from delivery_period where area = $1) as shared,
       (select coalesce(sum(withdrawn_wh - traded_wh - shared_wh), 0)::bigint from delivery_period where area = $1) as residual,
       (select coalesce(sum(injected_wh - traded_wh - shared_wh), 0)::bigint from delivery_period where area = $1) as feed_in,
       (select count(*) from batch where area = $1) as batches,
       (select count(*) from batch where area = $1 and status = 'anchored') as anchored,
       (select state_hash from area_head where area = $1) as state_hash`,
    [world.area]
  )
  const row = rows[0]
  return {
    readings: row.readings,
    intervals: row.intervals,
    orders: row.orders,
    trades: row.trades,
    energyTradedWh: row.traded,
    energySharedWh: row.shared,
    residualWh: row.residual,
    feedInWh: row.feed_in,
    batches: row.batches,
    anchored: row.anchored,
    chain,
    energyErrorWh: await energyErrorWh(pool, world, from, until),
    moneyError: Number(await moneyError(pool, world.area)),
    stateHash: row.state_hash,
    outcomeHash: await outcomeHash(pool, world.area)
  }
}
