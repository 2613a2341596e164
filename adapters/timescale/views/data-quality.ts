import { Effect } from "effect"
import type pg from "pg"
import type { DataQuality, IntervalVersion, Views } from "../../../engine/service/ports/driven/views.ts"
import { ask, toNumber } from "./ask.ts"

const pointsOf = `
  select p.metering_point, p.member, p.direction, p.source, p.retired_at, p.clock_time, p.clock_offset,
    (select max(r.time) from reading r where r.area = p.area and r.metering_point = p.metering_point) as last_reading
  from metering_point p where p.area = $1 order by p.metering_point collate "C"`
// Of every period the newest version.
const qualitiesOf = `
  select metering_point, quality, count(*) as count from (
    select distinct on (metering_point, period) metering_point, period, quality from interval_value
    where area = $1 and period >= $2 and period < $3 order by metering_point, period, version desc
  ) newest group by metering_point, quality order by metering_point, quality`
const issuesOf = `
  select metering_point, category, reason, count, last_position from metering_issue where area = $1
  order by metering_point collate "C", category, reason`

interface PointRow {
  readonly metering_point: string
  readonly member: string
  readonly direction: DataQuality["direction"]
  readonly source: DataQuality["source"]
  readonly retired_at: string
  readonly clock_time: string
  readonly clock_offset: string
  readonly last_reading: string | null
}
interface QualityRow {
  readonly metering_point: string
  readonly quality: keyof DataQuality["periods"]
  readonly count: string
}
interface IssueRow {
  readonly metering_point: string
  readonly category: DataQuality["issues"][number]["category"]
  readonly reason: string
  readonly count: string
  readonly last_position: string
}

/** Answers {@link Views} `dataQuality`. */
export const dataQuality = (pool: pg.Pool): Views["Service"]["dataQuality"] =>
  Effect.fn("Views.dataQuality")(function* (area, day, marketTime) {
    const [points, qualities, issues] = yield* Effect.all(
      [
        ask<PointRow>(pool, "metering points", pointsOf, [area]),
        ask<QualityRow>(pool, "qualities of a day", qualitiesOf, [area, day.start, day.end]),
        ask<IssueRow>(pool, "issues", issuesOf, [area])
      ],
      { concurrency: 3 }
    )
    const [qualitiesBy, issuesBy] = [Map.groupBy(qualities, (row) => row.metering_point), Map.groupBy(issues, (row) => row.metering_point)]
    const due = Math.max(0, Math.floor((Math.min(day.end, marketTime) - day.start) / 900))
    return points.map((row): DataQuality => {
      const periods = { measured: 0, calculated: 0, provisional: 0, substitute: 0, missing: 0, absent: 0 }
      for (const { quality, count } of qualitiesBy.get(row.metering_point) ?? []) periods[quality] = toNumber(count)
      periods.absent = Math.max(0, due - Object.values(periods).reduce((sum, count) => sum + count, 0))
      const clockTime = toNumber(row.clock_time)
      return {
        meteringPoint: row.metering_point,
        member: row.member,
        direction: row.direction,
        source: row.source,
        retiredAt: toNumber(row.retired_at) === 0 ? null : toNumber(row.retired_at),
        lastReading: row.last_reading === null ? null : toNumber(row.last_reading),
        clockOffset: clockTime === 0 ? null : { time: clockTime, seconds: toNumber(row.clock_offset) },
        periods,
        issues: (issuesBy.get(row.metering_point) ?? []).map(({ category, reason, count, last_position }) => ({ category, reason, count: toNumber(count), lastPosition: toNumber(last_position) }))
      }
    })
  })

const versionsOf = `
  select v.period, v.version, v.energy_wh, v.quality, e.method, d.who, d.why,
    array(select f.flag from interval_flag f where f.area = v.area and f.metering_point = v.metering_point and f.period = v.period and f.version = v.version order by f.flag) as flags
  from interval_value v
    left join interval_estimate e on e.area = v.area and e.metering_point = v.metering_point and e.period = v.period and e.version = v.version
    left join interval_edit d on d.area = v.area and d.metering_point = v.metering_point and d.period = v.period and d.version = v.version
  where v.area = $1 and v.metering_point = $2 and v.period >= $3 and v.period < $4 order by v.period, v.version`
const pointOf = "select 1 from metering_point where area = $1 and metering_point = $2"

interface VersionRow {
  readonly period: string
  readonly version: number
  readonly energy_wh: string
  readonly quality: IntervalVersion["quality"]
  readonly method: string | null
  readonly who: string | null
  readonly why: string | null
  readonly flags: ReadonlyArray<string>
}

/** Answers {@link Views} `intervalVersions`. */
export const intervalVersions = (pool: pg.Pool): Views["Service"]["intervalVersions"] =>
  Effect.fn("Views.intervalVersions")(function* (area, meteringPoint, day) {
    const known = yield* ask<unknown>(pool, "a metering point", pointOf, [area, meteringPoint])
    if (known.length === 0) return undefined
    const rows = yield* ask<VersionRow>(pool, "versions of interval values", versionsOf, [area, meteringPoint, day.start, day.end])
    return rows.map(({ period, version, energy_wh, quality, method, who, why, flags }) => ({
      period: toNumber(period),
      version,
      energyWh: toNumber(energy_wh),
      quality,
      flags,
      method,
      edit: who === null || why === null ? null : { who, why }
    }))
  })
