import type pg from "pg"
import type { BatchRow } from "../../../engine/service/ports/driven/journal.ts"

/** Batches without a receipt from the chain, oldest first. */
export const readOpenBatches = async (pool: pg.Pool, area: string): Promise<Array<BatchRow>> => {
  const { rows } = await pool.query(
    `select community, settlement_period, version, run_id, log_position, log_head_hash, status, transaction, transaction_bytes, height,
       (select max(left(r.settlement_period, 7)) from run r where r.area = b.area and r.community = b.community and r.position <= b.log_position) as month
     from batch b where area = $1 and status <> 'anchored' order by log_position`,
    [area]
  )
  return rows.map((row) => ({
    community: row.community,
    settlementPeriod: row.settlement_period,
    version: row.version,
    runId: row.run_id,
    logPosition: row.log_position,
    logHeadHash: row.log_head_hash,
    accountMonth: row.month,
    status: row.status,
    transaction: row.transaction ?? undefined,
    transactionBytes: row.transaction_bytes ?? undefined,
    height: row.height ?? undefined
  }))
}

/** Remembers a signed transaction before it is sent. */
export const rememberTransaction = async (client: pg.ClientBase, area: string, batch: BatchRow, hash: Uint8Array, bytes: Uint8Array): Promise<void> => {
  await client.query(
    `update batch set status = 'submitted', transaction = $5, transaction_bytes = $6
     where area = $1 and community = $2 and settlement_period = $3 and version = $4 and status <> 'anchored'`,
    [area, batch.community, batch.settlementPeriod, batch.version, hash, bytes]
  )
}
