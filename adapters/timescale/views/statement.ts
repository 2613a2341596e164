import { Effect } from "effect"
import type pg from "pg"
import type { Statement, Views, ViewsUnavailable } from "../../../engine/service/ports/driven/views.ts"
import { ask, toNumber } from "./ask.ts"

// A run counts only once its RecordRun is journaled: that sets its position.
const recordedRuns = `
  select r.run_id, r.community, r.version
  from member m join run r on r.area = m.area and r.community = m.community
  where m.area = $1 and m.member = $2 and r.settlement_period = $3 and r.position is not null
  order by r.version`
const linesOf = `
  select run_id, metering_point, kind, energy_wh, amount from statement_line
  where area = $1 and run_id = any($2::bytea[]) and member = $3 order by line`

interface RunRow {
  readonly run_id: Buffer
  readonly community: string
  readonly version: number
}
type Line = Statement["lines"][number]
interface LineRow {
  readonly run_id: Buffer
  readonly metering_point: string
  readonly kind: Line["kind"]
  readonly energy_wh: string
  readonly amount: string
}

const totalOf = (lines: ReadonlyArray<Line>): string => lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString()

/** The lines of all versions, summed by metering point and kind; a line that came to nothing is left out. */
const standingLines = (versions: ReadonlyArray<ReadonlyArray<Line>>): Array<Line> => {
  const sums = new Map<string, Line>()
  for (const line of versions.flat()) {
    const key = `${line.meteringPoint}\n${line.kind}`
    const before = sums.get(key)
    sums.set(key, before === undefined ? line : { ...line, energyWh: before.energyWh + line.energyWh, amount: String(BigInt(before.amount) + BigInt(line.amount)) })
  }
  return [...sums]
    .filter(([, { energyWh, amount }]) => energyWh !== 0 || amount !== "0")
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, line]) => line)
}

/** Answers {@link Views} `statement`. */
export const statement = (pool: pg.Pool): Views["Service"]["statement"] =>
  Effect.fn("Views.statement")(function* (area, member, settlementPeriod): Effect.fn.Return<Statement | undefined, ViewsUnavailable> {
    const runs = yield* ask<RunRow>(pool, "recorded runs", recordedRuns, [area, member, settlementPeriod])
    const newest = runs.at(-1)
    if (newest === undefined) return undefined
    const rows = yield* ask<LineRow>(pool, "statement lines", linesOf, [area, runs.map(({ run_id }) => run_id), member])
    const versions = runs.map(({ run_id, version }) => {
      const own = rows.filter((row) => row.run_id.equals(run_id))
      const lines = own.map(({ metering_point, kind, energy_wh, amount }): Line => ({ meteringPoint: metering_point, kind, energyWh: toNumber(energy_wh), amount }))
      return { version, runId: run_id.toString("hex"), lines, total: totalOf(lines) }
    })
    const lines = standingLines(versions.map((one) => one.lines))
    return { member, community: newest.community, settlementPeriod, version: newest.version, runId: newest.run_id.toString("hex"), lines, total: totalOf(lines), versions }
  })
