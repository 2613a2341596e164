import { Effect } from "effect"
import type pg from "pg"
import type { Overview, Views } from "../../../engine/service/ports/driven/views.ts"
import { ask, toNumber, toNumberOrNull } from "./ask.ts"

// Each point's newest reading comes from the end of the primary key: no scan over the readings.
const powerNow = `
  select coalesce(sum(r.power_w) filter (where p.direction = 'injection'), 0)::text as injected,
         coalesce(sum(r.power_w) filter (where p.direction = 'withdrawal'), 0)::text as withdrawn,
         max(r.time) as time, count(r.time)::text as points
  from metering_point p
  left join lateral (
    select power_w, time from reading
    where area = p.area and metering_point = p.metering_point
    order by time desc limit 1
  ) r on true
  where p.area = $1`

const today = `
  select count(distinct period)::text as periods,
         coalesce(sum(injected_wh), 0)::text as injected, coalesce(sum(withdrawn_wh), 0)::text as withdrawn,
         coalesce(sum(traded_wh), 0)::text as traded, coalesce(sum(shared_wh), 0)::text as shared,
         (select count(*) from trade where area = $1 and period >= $2 and period < $3)::text as trades,
         -- Trades count up by one from 1.
         (select coalesce(max(trade_id), 0) from trade where area = $1)::text as all_trades,
         (select market_time from area_head where area = $1)::text as market_time
  from delivery_period where area = $1 and period >= $2 and period < $3`

type PowerRow = Record<"injected" | "withdrawn" | "points", string> & { readonly time: string | null }
type TodayRow = Record<"periods" | "injected" | "withdrawn" | "traded" | "shared" | "trades" | "all_trades", string> & { readonly market_time: string | null }

/** Answers {@link Views} `overview`. */
export const overview = (pool: pg.Pool): Views["Service"]["overview"] =>
  Effect.fn("Views.overview")(function* (area, day) {
    const [powers, sums] = yield* Effect.all(
      [ask<PowerRow>(pool, "power now", powerNow, [area]), ask<TodayRow>(pool, "today's energy", today, [area, day.start, day.end])],
      { concurrency: 2 }
    )
    return toOverview(area, day.name, powers[0]!, sums[0]!)
  })

const toOverview = (area: string, day: string, power: PowerRow, sums: TodayRow): Overview => {
  const [injectedWh, withdrawnWh, tradedWh, sharedWh] = [sums.injected, sums.withdrawn, sums.traded, sums.shared].map(Number) as [number, number, number, number]
  return {
    area,
    marketTime: toNumber(sums.market_time ?? "0"),
    day,
    power: {
      injectedW: toNumber(power.injected),
      withdrawnW: toNumber(power.withdrawn),
      time: toNumberOrNull(power.time),
      meteringPoints: toNumber(power.points)
    },
    today: {
      closedPeriods: toNumber(sums.periods),
      injectedWh,
      withdrawnWh,
      tradedWh,
      sharedWh,
      residualSupplyWh: withdrawnWh - tradedWh - sharedWh,
      feedInWh: injectedWh - tradedWh - sharedWh,
      trades: toNumber(sums.trades)
    },
    trades: toNumber(sums.all_trades)
  }
}
