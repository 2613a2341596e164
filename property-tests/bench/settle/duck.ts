import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api"
import type { CommunityInputs } from "../../../engine/core/settlement/community/community-inputs.ts"

/** Sums of one metering point: Wh shared and beyond, and nano-units by what they are for. */
export interface PointSums {
  readonly sharedWh: number
  readonly beyondWh: number
  readonly sharing: bigint
  readonly beyond: bigint
  readonly grid: bigint
}

/**
 * The dynamic key with largest remainder and its money, in SQL: only sides that are really divided are ranked, since
 * otherwise each part is its weight.
 */
const rule = `
with sides as (
  select period, inj, sum(wh)::bigint as s from intervals join points using (point) group by period, inj
),
totals as (
  select period, min(s) filter (inj) as offered, min(s) filter (not inj) as wanted from sides group by period
),
weighed as (
  select i.period, i.point, p.inj, i.wh::bigint as wh, least(offered, wanted) as t, case when p.inj then offered else wanted end as s
  from intervals i join points p using (point) join totals using (period)
),
divided as (
  select period, point, inj, wh, (t * wh) // s as part, (t * wh) % s as remainder, t
  from weighed where t > 0 and t < s
),
ranked as (
  select point, inj, wh, part + case when row_number() over (partition by period, inj order by remainder desc, point)
    <= t - sum(part) over (partition by period, inj) then 1 else 0 end as shared
  from divided
),
allocated as (
  select point, inj, wh, shared::bigint as shared from ranked
  union all
  select point, inj, wh, case when t = s then wh else 0 end from weighed where t = 0 or t = s
)
select point, sum(shared)::bigint as shared, sum(wh - shared)::bigint as beyond,
  sum(shared * 120000)::hugeint::varchar as sharing,
  sum((wh - shared) * case when inj then 60000 else 250000 end)::hugeint::varchar as beyond_amount,
  sum(case when inj then 0 else (wh - shared) * 58000 + shared * 25000 end)::hugeint::varchar as grid
from allocated group by point order by point`

/** A DuckDB of one thread that holds the interval values in a table. */
export const loadDuck = async ({ intervals, rules }: CommunityInputs): Promise<DuckDBConnection> => {
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect()
  await connection.run("create table points (point integer, inj boolean)")
  await connection.run("create table intervals (period integer, point integer, wh integer)")
  const points = await connection.createAppender("points")
  for (const [place, { points: owned }] of rules.members.entries()) {
    points.appendInteger(place)
    points.appendBoolean(owned[0]!.direction === "injection")
    points.endRow()
  }
  points.closeSync()
  const rows = await connection.createAppender("intervals")
  const width = intervals.meteringPoints.length
  for (let place = 0; place < intervals.values.length; place++) {
    rows.appendInteger(Math.floor(place / width))
    rows.appendInteger(place % width)
    rows.appendInteger(intervals.values[place]!)
    rows.endRow()
  }
  rows.closeSync()
  return connection
}

/** Allocates and posts in SQL; the result is read as far as is needed to have it all. */
export const settleInDuck = async (connection: DuckDBConnection): Promise<Array<PointSums>> => {
  const reader = await connection.runAndReadAll(rule)
  return reader.getRows().map(([, shared, beyond, sharing, beyondAmount, grid]) => ({
    sharedWh: Number(shared),
    beyondWh: Number(beyond),
    sharing: BigInt(String(sharing)),
    beyond: BigInt(String(beyondAmount)),
    grid: BigInt(String(grid))
  }))
}
