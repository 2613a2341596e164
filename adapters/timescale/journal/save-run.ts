import type pg from "pg"
import type { Run } from "../../../engine/core/settlement/run.ts"
import { insertRows } from "../rows.ts"

/** Stores what a run found and its root, in the transaction of `client`; a run that is stored already stays as it is. */
export const saveRun = async (client: pg.ClientBase, area: string, run: Run, root: Uint8Array): Promise<void> => {
  const { community, settlementPeriod, version } = run.inputs
  const inserted = await client.query(
    `insert into run (area, run_id, community, settlement_period, version, inputs_hash, result_hash, root) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict do nothing`,
    [area, run.runId, community, settlementPeriod, version, run.inputsHash, run.resultHash, root]
  )
  if (inserted.rowCount === 0) return
  await insertRows(client, {
    table: "posting",
    columns: [["area", "text"], ["run_id", "bytea"], ["entry", "integer"], ["line", "integer"], ["period", "bigint"], ["kind", "text"], ["holder", "text"], ["metering_point", "text"], ["energy_wh", "bigint"], ["amount", "bigint"]],
    rows: run.postings.map((one, line) => [area, run.runId, one.entry, line, one.period, one.kind, one.holder, one.meteringPoint, one.energyWh, one.amount])
  })
  await insertRows(client, {
    table: "statement_line",
    columns: [["area", "text"], ["run_id", "bytea"], ["line", "integer"], ["member", "text"], ["metering_point", "text"], ["kind", "text"], ["energy_wh", "bigint"], ["amount", "numeric"]],
    rows: run.lines.map((one, line) => [area, run.runId, line, one.member, one.meteringPoint, one.kind, one.energyWh, String(one.amount)])
  })
  await insertRows(client, {
    table: "public_row",
    columns: [["area", "text"], ["run_id", "bytea"], ["period", "bigint"], ["injected_wh", "bigint"], ["withdrawn_wh", "bigint"], ["shared_wh", "bigint"], ["traded_wh", "bigint"], ["last_price", "integer"], ["members", "integer"]],
    rows: run.publicRows.map((row) => [area, run.runId, row.period, row.injectedWh, row.withdrawnWh, row.sharedWh, row.tradedWh, row.lastPrice ?? null, row.members ?? null])
  })
  await insertRows(client, {
    table: "run_position",
    columns: [["area", "text"], ["run_id", "bytea"], ["member", "text"], ["amount", "numeric"]],
    rows: run.positions.map(({ member, amount }) => [area, run.runId, member, String(amount)])
  })
}
