import type pg from "pg"
import { decode } from "../../../engine/core/quantity/codec.ts"
import { event } from "../../../engine/core/event.ts"
import type { RunDue } from "../../../engine/core/settlement/record-run.ts"
import type { ChangedValue } from "../../../engine/service/ports/driven/views.ts"

/** Who gave a version of an interval value, and why. */
export type Origin = Pick<ChangedValue, "source" | "who" | "why">

const newerVersions = `
  select v.metering_point, v.period, v.version, v.position, e.method, d.who, d.why
  from interval_value v
    left join interval_estimate e on e.area = v.area and e.metering_point = v.metering_point and e.period = v.period and e.version = v.version
    left join interval_edit d on d.area = v.area and d.metering_point = v.metering_point and d.period = v.period and d.version = v.version and d.position = v.position
  where v.area = $1 and v.period >= $2 and v.period < $3 and v.position <= $4`
const importsAt = "select position, payload from event where area = $1 and kind = 'IntervalValuesImported' and position = any($2::bigint[])"

type VersionRow = Record<"metering_point", string> & Record<"period" | "version" | "position", number> & Record<"method" | "who" | "why", string | null>

/** The origins of a settlement period's values as they stood after `position`. */
export const readOrigins = async (pool: pg.Pool, area: string, { start, end }: RunDue, position: number): Promise<(meteringPoint: string, period: number, version: number) => Origin> => {
  const { rows } = await pool.query<VersionRow>(newerVersions, [area, start, end, position])
  const positions = [...new Set(rows.map((row) => row.position))]
  const found = await pool.query<{ position: number; payload: Buffer }>(importsAt, [area, positions])
  const imports = new Map<string, Origin>()
  for (const row of found.rows) {
    const one = decode(event, row.payload)
    if (one.kind !== "IntervalValuesImported") continue
    imports.set(`${one.meteringPoint}@${row.position}`, { source: "official", who: one.who, why: `document ${Buffer.from(one.document).toString("hex")}` })
  }
  const origins = new Map(rows.map((row) => [`${row.metering_point}@${row.period}/${row.version}`, originOf(row, imports)]))
  return (meteringPoint, period, version) => origins.get(`${meteringPoint}@${period}/${version}`) ?? DEVICE
}

const DEVICE: Origin = { source: "device", who: null, why: null }

const originOf = ({ metering_point, position, method, who, why }: VersionRow, imports: ReadonlyMap<string, Origin>): Origin => {
  if (who !== null) return { source: "operator", who, why }
  if (method !== null) return { source: "estimate", who: null, why: method }
  return imports.get(`${metering_point}@${position}`) ?? DEVICE
}
