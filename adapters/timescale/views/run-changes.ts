import { Effect } from "effect"
import type pg from "pg"
import { periodsBetween } from "../../../engine/core/calendar/period.ts"
import type { RunDue } from "../../../engine/core/settlement/record-run.ts"
import { changedValues } from "../../../engine/core/settlement/previous-version.ts"
import { type ChangedValue, type RunChanges, type Views, ViewsUnavailable } from "../../../engine/service/ports/driven/views.ts"
import { readRunPoints } from "../journal/run-points.ts"
import { ask } from "./ask.ts"
import { readOrigins } from "./value-origins.ts"

const runNamed = `
  select r.run_id, d.start_time, d.end_time, d.position, before.position as before
  from run r
    join run_due d on d.area = r.area and d.community = r.community and d.settlement_period = r.settlement_period and d.version = r.version
    join run_due before on before.area = r.area and before.community = r.community and before.settlement_period = r.settlement_period and before.version = r.version - 1
  where r.area = $1 and r.community = $2 and r.settlement_period = $3 and r.version = $4 and r.position is not null`
const movedBy = `
  select member, sum(amount) as total, coalesce(sum(amount) filter (where kind in ('market', 'imbalance', 'sharing')), 0) as in_escrow
  from statement_line where area = $1 and run_id = $2 group by member order by member collate "C"`

type RunRow = Record<"start_time" | "end_time" | "position" | "before", string> & { readonly run_id: Buffer }
type MovedRow = Record<"member" | "total" | "in_escrow", string>

/** Answers {@link Views} `runChanges`. */
export const runChanges = (pool: pg.Pool): Views["Service"]["runChanges"] =>
  Effect.fn("Views.runChanges")(function* (area, { community, settlementPeriod, version }): Effect.fn.Return<RunChanges | undefined, ViewsUnavailable> {
    const [run] = yield* ask<RunRow>(pool, "a correction", runNamed, [area, community, settlementPeriod, version])
    if (run === undefined) return undefined
    const due: RunDue = { kind: "RunDue", community, settlementPeriod, version, start: Number(run.start_time), end: Number(run.end_time) }
    const values = yield* Effect.tryPromise({
      try: () => readChanges(pool, area, due, Number(run.before), Number(run.position)),
      catch: (cause) => new ViewsUnavailable({ question: "changed values", cause })
    })
    const moved = yield* ask<MovedRow>(pool, "what moved", movedBy, [area, run.run_id])
    return {
      community,
      settlementPeriod,
      version,
      runId: run.run_id.toString("hex"),
      values,
      moved: moved.map(({ member, total, in_escrow }) => ({ member, total, inEscrow: in_escrow }))
    }
  })

const readChanges = async (pool: pg.Pool, area: string, due: RunDue, before: number, position: number): Promise<Array<ChangedValue>> => {
  const periods = periodsBetween(due.start, due.end)
  const [old, now] = await Promise.all([before, position].map((at) => readRunPoints(pool, area, due, periods, at))) as [Awaited<ReturnType<typeof readRunPoints>>, Awaited<ReturnType<typeof readRunPoints>>]
  const origins = await readOrigins(pool, area, due, position)
  const points = new Map(now.map((point) => [point.meteringPoint, point]))
  return changedValues(periods, old, now).map((one) => {
    const { member, values } = points.get(one.meteringPoint)!
    const after = values[periods.indexOf(one.period)]!
    return { meteringPoint: one.meteringPoint, member, period: one.period, before: one.before ?? null, after, ...origins(one.meteringPoint, one.period, after.version) }
  })
}
