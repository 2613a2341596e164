import { Effect } from "effect"
import { equalBytes } from "../../../engine/core/quantity/bytes.ts"
import { timeToText } from "../../../engine/core/calendar/period.ts"
import { settle } from "../../../engine/core/settle.ts"
import { explainRun } from "../../../engine/core/settlement/explain-run.ts"
import type { Run } from "../../../engine/core/settlement/run.ts"
import { emptyState, stateHash } from "../../../engine/core/state.ts"
import { recoverState, replayFromGenesis } from "../../../engine/service/journal/recover.ts"
import { Journal } from "../../../engine/service/ports/driven/journal.ts"
import type { makePool } from "../../timescale/pool.ts"
import { visitJournal } from "../start/visit-journal.ts"

/** What an audit found: hashes in hexadecimal, counts of records and runs. */
export interface AuditReport {
  readonly area: string
  readonly records: number
  readonly stateHash: string
  readonly stateHashFromGenesis: string
  readonly stateHashFromSnapshot: string
  readonly runs: number
  readonly runsThatDiffer: number
  /** Every later version of a run: which interval values changed behind it, and what it posted for whom, in nano-units. */
  readonly corrections: ReadonlyArray<AuditedCorrection>
  readonly sound: boolean
}

/** A version after the first, explained by its own inputs. */
export interface AuditedCorrection {
  readonly community: string
  readonly settlementPeriod: string
  readonly version: number
  readonly values: ReadonlyArray<{ readonly meteringPoint: string; readonly period: string; readonly beforeWh: number | null; readonly afterWh: number; readonly quality: string }>
  readonly moved: Readonly<Record<string, string>>
}

const corrected = (run: Run): AuditedCorrection => {
  const { values, moved } = explainRun(run)
  return {
    community: run.inputs.community,
    settlementPeriod: run.inputs.settlementPeriod,
    version: run.inputs.version,
    values: values.map(({ meteringPoint, period, before, after }) => ({ meteringPoint, period: timeToText(period), beforeWh: before?.energyWh ?? null, afterWh: after.energyWh, quality: after.quality })),
    moved: Object.fromEntries(moved.map(({ member, amount }) => [member, String(amount)]))
  }
}

/**
 * Recomputes everything that the journal of a data folder claims: the hash chain and the state by replay from genesis,
 * the state by snapshot and tail, and every recorded run by `settle` from its inputs. It writes nothing.
 */
export const audit = Effect.fn("audit")(function* (folder: string) {
  const { pool, layer } = yield* visitJournal(folder)
  return yield* auditJournal(pool).pipe(Effect.provide(layer))
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
  const corrections: Array<AuditedCorrection> = []
  for (const row of rows) {
    const found = yield* journal.duePosition(area, row.community, row.settlement_period, row.version)
    // Inputs that no longer hold together, as a correction on an altered run, are a difference, not the audit's end.
    const inputs = found === undefined ? undefined : yield* journal.runInputs(area, found.due, found.logPosition).pipe(Effect.catchTag("JournalCorrupt", () => Effect.succeed(undefined)))
    const run = inputs === undefined ? undefined : settle(inputs)
    if (run === undefined || !equalBytes(run.runId, row.run_id) || !equalBytes(run.resultHash, row.result_hash)) differ++
    if (run?.inputs.previous !== undefined) corrections.push(corrected(run))
  }
  return {
    area,
    records: head.nextPosition,
    stateHash: claimed,
    stateHashFromGenesis: fromGenesis,
    stateHashFromSnapshot: fromSnapshot,
    runs: rows.length,
    runsThatDiffer: differ,
    corrections,
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
