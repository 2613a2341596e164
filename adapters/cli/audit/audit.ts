import { resolve } from "node:path"
import { Effect } from "effect"
import { equalBytes } from "../../../engine/core/quantity/bytes.ts"
import { settle } from "../../../engine/core/settle.ts"
import { emptyState, stateHash } from "../../../engine/core/state.ts"
import { recoverState, replayFromGenesis } from "../../../engine/service/journal/recover.ts"
import { Journal } from "../../../engine/service/ports/driven/journal.ts"
import { journalLayer } from "../../timescale/journal/journal-layer.ts"
import { makePool } from "../../timescale/pool.ts"
import { vaultLayer } from "../../timescale/vault-layer.ts"
import { startParts } from "../start/parts.ts"
import { readBeginning } from "../start/data-folder.ts"
import type { UserError } from "../user-error.ts"

/** What an audit found: hashes in hexadecimal, counts of records and runs. */
export interface AuditReport {
  readonly area: string
  readonly records: number
  readonly stateHash: string
  readonly stateHashFromGenesis: string
  readonly stateHashFromSnapshot: string
  readonly runs: number
  readonly runsThatDiffer: number
  readonly sound: boolean
}

/**
 * Recomputes everything that the journal of a data folder claims: the hash chain and the state by replay from genesis,
 * the state by snapshot and tail, and every recorded run by `settle` from its inputs. It writes nothing.
 */
export const audit = Effect.fn("audit")(function* (folder: string) {
  const data = resolve(folder)
  const { profile } = yield* Effect.try({ try: () => readBeginning(data), catch: (cause) => cause as UserError })
  const parts = yield* startParts(profile, data, { log: false, isVisitor: true })
  const pool = yield* Effect.acquireRelease(Effect.sync(() => makePool(parts.databaseUrl)), (one) => Effect.promise(() => one.end()))
  return yield* auditJournal(pool).pipe(Effect.provide(journalLayer(pool)), Effect.provide(vaultLayer(pool, new Uint8Array(32))))
})

const auditJournal = Effect.fn("auditJournal")(function* (pool: ReturnType<typeof makePool>) {
  const areas = yield* Effect.promise(() => pool.query<{ area: string }>("select area from area_head order by area"))
  const reports: Array<AuditReport> = []
  for (const { area } of areas.rows) reports.push(yield* auditArea(pool, area))
  return reports
})

const auditArea = Effect.fn("auditArea")(function* (pool: ReturnType<typeof makePool>, area: string) {
  const journal = yield* Journal
  const { head, fromSnapshot } = yield* snapshotAndTail(area)
  const fromGenesis = stateHash(yield* replayFromGenesis(area, head))
  const claimed = head.nextPosition === 0 ? stateHash(emptyState()) : head.stateHash
  const { rows } = yield* Effect.promise(() =>
    pool.query<{ community: string; settlement_period: string; version: number; run_id: Buffer; result_hash: Buffer }>(
      "select community, settlement_period, version, run_id, result_hash from run where area = $1 and position is not null order by position",
      [area]
    )
  )
  let differ = 0
  for (const row of rows) {
    const found = yield* journal.duePosition(area, row.community, row.settlement_period, row.version)
    const run = found === undefined ? undefined : settle(yield* journal.runInputs(area, found.due, found.logPosition))
    if (run === undefined || !equalBytes(run.runId, row.run_id) || !equalBytes(run.resultHash, row.result_hash)) differ++
  }
  return {
    area,
    records: head.nextPosition,
    stateHash: claimed,
    stateHashFromGenesis: fromGenesis,
    stateHashFromSnapshot: fromSnapshot,
    runs: rows.length,
    runsThatDiffer: differ,
    sound: fromGenesis === claimed && fromSnapshot === claimed && differ === 0
  } satisfies AuditReport
})

/** The state by the shortcut, at one head; where a running engine saved a newer snapshot meanwhile, at the newer head. */
const snapshotAndTail = Effect.fnUntraced(function* (area: string) {
  const journal = yield* Journal
  for (;;) {
    const head = yield* journal.head(area)
    const recovered = yield* Effect.result(recoverState(area, head, () => undefined))
    if (recovered._tag === "Success") return { head, fromSnapshot: stateHash(recovered.success.state) }
    if ((yield* journal.head(area)).nextPosition === head.nextPosition) return yield* Effect.fail(recovered.failure)
  }
})
