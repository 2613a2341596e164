import { Effect } from "effect"
import type pg from "pg"
import type { BatchDetail, BatchView, PublicRowView, Views, ViewsUnavailable } from "../../../engine/service/ports/driven/views.ts"
import { ask, toHexOrNull, toNumber, toNumberOrNull } from "./ask.ts"

const columns = `b.community, b.settlement_period, b.version, b.status, b.transaction, b.height, b.run_id, b.log_position, b.log_head_hash,
  b.root, r.inputs_hash, r.result_hash
  from batch b left join run r on r.area = b.area and r.run_id = b.run_id`
const newestFirst = `select ${columns} where b.area = $1 order by b.settlement_period desc, b.community collate "C", b.version desc limit $2`
const named = `select ${columns} where b.area = $1 and b.community = $2 and b.settlement_period = $3 and b.version = $4`
const rowsOfRun = `
  select period, injected_wh, withdrawn_wh, shared_wh, traded_wh, last_price, members
  from public_row where area = $1 and run_id = $2 order by period`

type Row = Pick<BatchView, "community" | "version" | "status"> &
  Record<"inputs_hash" | "result_hash" | "transaction", Buffer | null> &
  Record<"run_id" | "log_head_hash" | "root", Buffer> & { readonly settlement_period: string; readonly height: string | null; readonly log_position: string }
type PublicRow = Record<"period" | "injected_wh" | "withdrawn_wh" | "shared_wh" | "traded_wh", string> & Record<"last_price" | "members", number | null>

/** Answers {@link Views} `batches`. */
export const batches = (pool: pg.Pool): Views["Service"]["batches"] => (area, limit) =>
  ask<Row>(pool, "batches", newestFirst, [area, limit]).pipe(Effect.map((rows) => rows.map(toBatch)))

/** Answers {@link Views} `batch`. */
export const batch = (pool: pg.Pool): Views["Service"]["batch"] =>
  Effect.fn("Views.batch")(function* (area, { community, settlementPeriod, version }): Effect.fn.Return<BatchDetail | undefined, ViewsUnavailable> {
    const [row] = yield* ask<Row>(pool, "batch", named, [area, community, settlementPeriod, version])
    if (row === undefined) return undefined
    const publicRows = yield* ask<PublicRow>(pool, "public rows", rowsOfRun, [area, row.run_id])
    return { batch: toBatch(row), publicRows: publicRows.map(toPublicRow) }
  })

const toBatch = (row: Row): BatchView => ({
  batchId: `${row.community}/${row.settlement_period}/${row.version}`,
  community: row.community,
  settlementPeriod: row.settlement_period,
  version: row.version,
  status: row.status,
  transaction: toHexOrNull(row.transaction),
  height: toNumberOrNull(row.height),
  root: row.root.toString("hex"),
  runId: row.run_id.toString("hex"),
  inputsHash: toHexOrNull(row.inputs_hash),
  resultHash: toHexOrNull(row.result_hash),
  logPosition: toNumber(row.log_position),
  logHeadHash: row.log_head_hash.toString("hex")
})

const toPublicRow = (row: PublicRow): PublicRowView => ({
  period: toNumber(row.period),
  injectedWh: toNumber(row.injected_wh),
  withdrawnWh: toNumber(row.withdrawn_wh),
  sharedWh: toNumber(row.shared_wh),
  tradedWh: toNumber(row.traded_wh),
  lastPrice: row.last_price,
  members: row.members
})
