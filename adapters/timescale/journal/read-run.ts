import type pg from "pg"
import { compareText } from "../../../engine/core/quantity/bytes.ts"
import type { StoredRun } from "../../../engine/service/ports/driven/journal.ts"

/** Reads back what {@link saveRun} stored, in the run's own order. */
export const readRun = async (pool: pg.Pool, area: string, runId: Uint8Array): Promise<StoredRun | undefined> => {
  const name = [area, runId]
  const run = (await pool.query("select community, inputs_hash, result_hash from run where area = $1 and run_id = $2", name)).rows[0]
  if (run === undefined) return undefined
  const lines = await pool.query(
    "select member, metering_point, kind, energy_wh, amount from statement_line where area = $1 and run_id = $2 order by line",
    name
  )
  const publicRows = await pool.query(
    `select period, injected_wh, withdrawn_wh, shared_wh, traded_wh, last_price, members from public_row
     where area = $1 and run_id = $2 order by period`,
    name
  )
  const positions = await pool.query("select member, amount from run_position where area = $1 and run_id = $2", name)
  return {
    runId,
    inputsHash: run.inputs_hash,
    resultHash: run.result_hash,
    lines: lines.rows.map((row) => ({
      member: row.member,
      meteringPoint: row.metering_point,
      kind: row.kind,
      energyWh: row.energy_wh,
      amount: BigInt(row.amount)
    })),
    publicRows: publicRows.rows.map((row) => ({
      community: run.community,
      period: row.period,
      injectedWh: row.injected_wh,
      withdrawnWh: row.withdrawn_wh,
      sharedWh: row.shared_wh,
      tradedWh: row.traded_wh,
      lastPrice: row.last_price ?? undefined,
      members: row.members ?? undefined
    })),
    // The result hash is over this order: the core's, which the database does not know.
    positions: positions.rows.map((row) => ({ member: String(row.member), amount: BigInt(row.amount) })).sort((left, right) => compareText(left.member, right.member))
  }
}
