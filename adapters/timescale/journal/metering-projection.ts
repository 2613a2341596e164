import type { Event } from "../../../engine/core/event.ts"
import type { TableRows } from "../rows.ts"

/** A change of rows that stand already, fed by an unnest of the projection's rows of that name. */
export interface Change {
  readonly name: string
  readonly types: ReadonlyArray<string>
  readonly sql: (arrays: string) => string
}

type Add = (table: string, ...row: ReadonlyArray<unknown>) => void

/** What an event of metering means for the data quality of its metering point: rows begin with the area. */
export const projectMetering = (position: number, one: Event, add: Add): void => {
  const issue = (meteringPoint: string, category: string, reason: string, count = 1): void => add("metering_issue", meteringPoint, category, reason, count, position)
  switch (one.kind) {
    case "ReadingRefused":
      return issue(one.meteringPoint, "refused", one.status)
    case "SequenceGapFound":
      return issue(one.meteringPoint, "gap", "SequenceGapFound", one.to - one.from + 1)
    case "RegisterBegunAnew":
    case "EquivocationFound":
    case "SequenceRestarted":
      return issue(one.meteringPoint, "register", one.kind)
    case "ReadingFlagged":
      for (const flag of one.flags) issue(one.meteringPoint, one.withheld ? "withheld" : "gateway", flag)
      return
    case "IntervalFlagged":
      for (const flag of one.flags) {
        add("interval_flag", one.meteringPoint, one.period, one.version, flag, position)
        issue(one.meteringPoint, "flag", flag)
      }
      return
    case "IntervalEstimated":
      add("interval_estimate", one.meteringPoint, one.period, one.version, one.method)
      return issue(one.meteringPoint, "estimated", one.method)
    case "IntervalValueEdited":
      return add("interval_edit", one.meteringPoint, one.period, one.version, one.beforeWh, one.afterWh, one.who, one.why, position)
    case "ClockReported":
      return add("clock_reported", one.meteringPoint, one.time, one.offset)
    case "SourceSet":
      return add("source_set", one.meteringPoint, one.source)
    case "MeteringPointRetired":
      return add("point_retired", one.meteringPoint, one.time)
    default:
      return
  }
}

/** A clock that a gateway itself doubts dates every reading of its batch: each counts for its metering point. */
export const projectDoubts = (position: number, events: ReadonlyArray<Event>, add: Add): void => {
  const doubted = events.find((one) => one.kind === "ClockDoubted")
  if (doubted === undefined) return
  for (const one of events) if (one.kind === "ReadingRecorded") add("metering_issue", one.meteringPoint, "clock", doubted.clock, 1, position)
}

const column = (definition: string): ReadonlyArray<readonly [string, string]> =>
  `area text, metering_point text, ${definition}`.split(", ").map((one) => one.split(" ") as [string, string])

/** Plain inserts; a flag that was said before is said once. */
export const meteringInserts: ReadonlyArray<Omit<TableRows, "rows">> = [
  { table: "interval_flag", columns: column("period bigint, version integer, flag text, position bigint"), onConflict: "on conflict do nothing" },
  { table: "interval_estimate", columns: column("period bigint, version integer, method text"), onConflict: "on conflict do nothing" },
  { table: "interval_edit", columns: column("period bigint, version integer, before_wh bigint, after_wh bigint, who text, why text, position bigint"), onConflict: "on conflict do nothing" }
]

/** Counts of issues, and what a metering point is now: of several rows in a batch the last one counts. */
export const meteringChanges: ReadonlyArray<Change> = [
  {
    name: "metering_issue",
    types: ["text", "text", "text", "text", "bigint", "bigint"],
    sql: (arrays) => `insert into metering_issue select area, metering_point, category, reason, sum(count), max(position)
      from unnest(${arrays}) as i(area, metering_point, category, reason, count, position) group by area, metering_point, category, reason
      on conflict (area, metering_point, category, reason) do update set count = metering_issue.count + excluded.count, last_position = excluded.last_position`
  },
  {
    name: "clock_reported",
    types: ["text", "text", "bigint", "bigint"],
    sql: (arrays) => `update metering_point set clock_time = c.time, clock_offset = c.clock_offset
      from (select distinct on (area, metering_point) * from unnest(${arrays}) as u(area, metering_point, time, clock_offset) order by area, metering_point, time desc) as c
      where metering_point.area = c.area and metering_point.metering_point = c.metering_point`
  },
  {
    name: "source_set",
    types: ["text", "text", "text"],
    sql: (arrays) => `update metering_point set source = s.source
      from (select distinct on (area, metering_point) area, metering_point, source from unnest(${arrays}) with ordinality as u(area, metering_point, source, place)
        order by area, metering_point, place desc) as s
      where metering_point.area = s.area and metering_point.metering_point = s.metering_point`
  },
  {
    name: "point_retired",
    types: ["text", "text", "bigint"],
    sql: (arrays) => `update metering_point set retired_at = r.time from unnest(${arrays}) as r(area, metering_point, time)
      where metering_point.area = r.area and metering_point.metering_point = r.metering_point`
  }
]
