import type pg from "pg"
import { PERIOD_SECONDS } from "../../../engine/core/calendar/period.ts"
import { loadProfile } from "../../modbus/profiles/load-profile.ts"
import type { World } from "../world/world.ts"
import { readFeeder, windowOf } from "../world/feeder-table.ts"

/** Wh that a counter has added `periods` after the window's start: the window's rows, over and over. */
const countedWh = (rows: ReadonlyArray<number>, periods: number): number => {
  const total = rows.reduce((sum, wh) => sum + wh, 0)
  const rest = rows.slice(0, periods % rows.length).reduce((sum, wh) => sum + wh, 0)
  return Math.floor(periods / rows.length) * total + rest
}

/**
 * Sum of |interval value - expected|, in Wh, over every metering point and period from `from` to `until`. Expected is
 * the feeder's CSV quantised to the register step of the point's device; registers as they were decoded have no part.
 */
export const energyErrorWh = async (pool: pg.Pool, world: World, from: number, until: number): Promise<number> => {
  const feeder = readFeeder(world.feederFile)
  const { first, end } = windowOf(feeder, from)
  const { rows } = await pool.query<{ metering_point: string; period: number; energy_wh: number }>(
    `select distinct on (metering_point, period) metering_point, period, energy_wh from interval_value
     where area = $1 order by metering_point, period, version desc`,
    [world.area]
  )
  const actual = new Map(rows.map((row) => [`${row.metering_point}@${row.period}`, row.energy_wh]))
  let error = 0
  for (const { meteringPoint, column, device, initialWh } of world.members.flatMap((member) => member.meteringPoints)) {
    const data = feeder.column(column).slice(first, end)
    const step = loadProfile(device).registerStepWh
    const shown = (time: number): number => {
      const counted = countedWh(data, (time - feeder.times[first]!) / PERIOD_SECONDS)
      return Math.floor((initialWh + counted) / step) * step
    }
    for (let period = from; period < until; period += PERIOD_SECONDS) {
      const name = `${meteringPoint}@${period}`
      const expected = shown(period + PERIOD_SECONDS) - shown(period)
      const value = actual.get(name)
      // A missing value is an error even where nothing was to be counted.
      error += value === undefined ? Math.max(1, expected) : Math.abs(value - expected)
      actual.delete(name)
    }
  }
  for (const [name, energy] of actual) if (Number(name.split("@")[1]) < until) error += energy
  return error
}
