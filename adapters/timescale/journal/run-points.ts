import type pg from "pg"
import { compareText } from "../../../engine/core/quantity/bytes.ts"
import type { Direction, Quality } from "../../../engine/core/metering/metering-point.ts"
import type { RunDue } from "../../../engine/core/settlement/record-run.ts"
import type { RunPoint } from "../../../engine/core/settlement/run-inputs.ts"

interface ValueRow {
  readonly metering_point: string
  readonly period: number
  readonly energy_wh: number
  readonly quality: Quality
  readonly version: number
}

/** What stands for a value that a point does not have, as before it was registered. */
const NO_VALUE = { energyWh: 0, quality: "missing", version: 0 } as const

/** The metering points of a community with a value in the settlement period, ordered by id, as the journal stood after `logPosition`. */
export const readRunPoints = async (pool: pg.Pool, area: string, { community, start, end }: RunDue, periods: ReadonlyArray<number>, logPosition: number): Promise<Array<RunPoint>> => {
  const [points, values] = await Promise.all([
    pool.query<{ metering_point: string; member: string; direction: Direction }>(
      `select p.metering_point, p.member, p.direction from metering_point p join member m on m.area = p.area and m.member = p.member
       where p.area = $1 and m.community = $2 and p.position <= $3`,
      [area, community, logPosition]
    ),
    pool.query<ValueRow>(
      `select distinct on (metering_point, period) metering_point, period, energy_wh, quality, version from interval_value
       where area = $1 and period >= $2 and period < $3 and position <= $4 order by metering_point, period, version desc`,
      [area, start, end, logPosition]
    )
  ])
  const byPoint = Map.groupBy(values.rows, (row) => row.metering_point)
  // Rests of a split go by this order, so it is the core's own and not the database's: bytes of UTF-8 sort otherwise beyond the basic plane.
  const inOrder = points.rows.toSorted((left, right) => compareText(left.metering_point, right.metering_point))
  return inOrder.flatMap(({ metering_point, member, direction }) => {
    const own = byPoint.get(metering_point)
    if (own === undefined) return []
    const byPeriod = new Map(own.map(({ period, energy_wh, quality, version }) => [period, { energyWh: energy_wh, quality, version }]))
    return [{ meteringPoint: metering_point, member, direction, values: periods.map((period) => byPeriod.get(period) ?? NO_VALUE) }]
  })
}
