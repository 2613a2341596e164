import type pg from "pg"
import { equalBytes } from "../../../engine/core/quantity/bytes.ts"
import type { Posting } from "../../../engine/core/settlement/posting.ts"
import { changedValues, type PreviousVersion } from "../../../engine/core/settlement/previous-version.ts"
import type { RunDue } from "../../../engine/core/settlement/record-run.ts"
import { hashResult } from "../../../engine/core/settlement/run.ts"
import type { RunPoint } from "../../../engine/core/settlement/run-inputs.ts"
import { sumPostings } from "../../../engine/core/settlement/sum-postings.ts"
import { BrokenJournal } from "./read.ts"
import { readRun } from "./read-run.ts"
import { readRunPoints } from "./run-points.ts"

/** What a correction stands on: the run before it, the values that changed since, and the sum of what all versions before posted. */
export const readPrevious = async (pool: pg.Pool, area: string, due: RunDue, logPosition: number, periods: ReadonlyArray<number>, now: ReadonlyArray<RunPoint>): Promise<PreviousVersion> => {
  const { community, settlementPeriod, version } = due
  const { rows } = await pool.query<{ run_id: Buffer; result_hash: Buffer }>(
    `select run_id, result_hash from run where area = $1 and community = $2 and settlement_period = $3 and version < $4 and position < $5 order by version`,
    [area, community, settlementPeriod, version, logPosition]
  )
  if (rows.length !== version - 1) throw new BrokenJournal(`version ${version} of ${community} ${settlementPeriod} has ${rows.length} versions before it`)
  const standing = sumPostings(await Promise.all(rows.map((row) => readPostings(pool, area, row.run_id))))
  const before = await readRunPoints(pool, area, due, periods, await duePositionOf(pool, area, due, version - 1))
  const last = rows.at(-1)!
  return { runId: last.run_id, resultHash: last.result_hash, changed: changedValues(periods, before, now), standing }
}

/** Position of the tick that made a version due. */
export const duePositionOf = async (pool: pg.Pool, area: string, { community, settlementPeriod }: RunDue, version: number): Promise<number> => {
  const { rows } = await pool.query<{ position: number }>(
    "select position from run_due where area = $1 and community = $2 and settlement_period = $3 and version = $4",
    [area, community, settlementPeriod, version]
  )
  if (rows[0] === undefined) throw new BrokenJournal(`version ${version} of ${community} ${settlementPeriod} was never due`)
  return rows[0].position
}

/** The postings of a stored run, held together with all that it found against its result hash: a correction builds on nothing that was altered. */
const readPostings = async (pool: pg.Pool, area: string, runId: Uint8Array): Promise<Array<Posting>> => {
  const [run, { rows }] = await Promise.all([
    readRun(pool, area, runId),
    pool.query("select entry, period, kind, holder, metering_point, energy_wh, amount from posting where area = $1 and run_id = $2 order by line", [area, runId])
  ])
  const postings = rows.map((row): Posting => ({
    entry: row.entry,
    period: row.period,
    kind: row.kind,
    holder: row.holder,
    meteringPoint: row.metering_point,
    energyWh: row.energy_wh,
    amount: row.amount
  }))
  if (run === undefined || !equalBytes(hashResult({ ...run, postings }), run.resultHash)) {
    throw new BrokenJournal(`the stored run ${Buffer.from(runId).toString("hex")} is not the one that was recorded`)
  }
  return postings
}
