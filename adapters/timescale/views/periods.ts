import { Effect } from "effect"
import type pg from "pg"
import type { DeliveryPeriod, Views } from "../../../engine/service/ports/driven/views.ts"
import { ask, toNumber } from "./ask.ts"

const ofDay = `
  select community, period, injected_wh, withdrawn_wh, traded_wh, shared_wh
  from delivery_period where area = $1 and period >= $2 and period < $3
  order by period, community collate "C"`

type Row = Record<"community" | "period" | "injected_wh" | "withdrawn_wh" | "traded_wh" | "shared_wh", string>

/** Answers {@link Views} `deliveryPeriods`. */
export const deliveryPeriods = (pool: pg.Pool): Views["Service"]["deliveryPeriods"] => (area, day) =>
  ask<Row>(pool, "delivery periods", ofDay, [area, day.start, day.end]).pipe(Effect.map((rows) => rows.map(toDeliveryPeriod)))

const toDeliveryPeriod = (row: Row): DeliveryPeriod => {
  const [injectedWh, withdrawnWh] = [toNumber(row.injected_wh), toNumber(row.withdrawn_wh)]
  const [tradedWh, sharedWh] = [toNumber(row.traded_wh), toNumber(row.shared_wh)]
  return {
    community: row.community,
    period: toNumber(row.period),
    injectedWh,
    withdrawnWh,
    tradedWh,
    sharedWh,
    residualSupplyWh: withdrawnWh - tradedWh - sharedWh,
    feedInWh: injectedWh - tradedWh - sharedWh
  }
}
