import { Effect } from "effect"
import type pg from "pg"
import type { Statement, Views, ViewsUnavailable } from "../../../engine/service/ports/driven/views.ts"
import { ask, toNumber } from "./ask.ts"

// A run counts only once its RecordRun is journaled: that sets its position.
const newestRun = `
  select r.run_id, r.community, r.version
  from member m join run r on r.area = m.area and r.community = m.community
  where m.area = $1 and m.member = $2 and r.settlement_period = $3 and r.position is not null
  order by r.version desc limit 1`
const linesOf = `
  select metering_point, kind, energy_wh, amount from statement_line
  where area = $1 and run_id = $2 and member = $3 order by line`

interface RunRow {
  readonly run_id: Buffer
  readonly community: string
  readonly version: number
}
interface LineRow {
  readonly metering_point: string
  readonly kind: Statement["lines"][number]["kind"]
  readonly energy_wh: string
  readonly amount: string
}

/** Answers {@link Views} `statement`. */
export const statement = (pool: pg.Pool): Views["Service"]["statement"] =>
  Effect.fn("Views.statement")(function* (area, member, settlementPeriod): Effect.fn.Return<Statement | undefined, ViewsUnavailable> {
    const [run] = yield* ask<RunRow>(pool, "newest run", newestRun, [area, member, settlementPeriod])
    if (run === undefined) return undefined
    const lines = yield* ask<LineRow>(pool, "statement lines", linesOf, [area, run.run_id, member])
    return {
      member,
      community: run.community,
      settlementPeriod,
      version: run.version,
      runId: run.run_id.toString("hex"),
      lines: lines.map(({ metering_point, kind, energy_wh, amount }) => ({ meteringPoint: metering_point, kind, energyWh: toNumber(energy_wh), amount })),
      total: lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString()
    }
  })
