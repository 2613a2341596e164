import { Effect } from "effect"
import type pg from "pg"
import { equalBytes } from "../../../engine/core/quantity/bytes.ts"
import { settle } from "../../../engine/core/settle.ts"
import { Journal } from "../../../engine/service/ports/driven/journal.ts"
import { newFolder, writeFolder } from "../new-folder.ts"
import { onlyUserErrors } from "../only-user-errors.ts"
import { visitJournal } from "../start/visit-journal.ts"
import { UserError } from "../user-error.ts"
import { chooseDays, type Choice } from "./choose-days.ts"
import { manifestText, readmeText, summaryText, type RunOrigin } from "./manifest.ts"
import { offlineFiles } from "./offline-files.ts"
import { settledDayOf, type SettledDay } from "./settled-day.ts"

export interface ExportOptions extends Choice {
  readonly data: string
  readonly out: string
}

const attempt = <A>(work: () => A): Effect.Effect<A, UserError> => onlyUserErrors(Effect.try({ try: work, catch: (cause) => cause }))

/**
 * Writes closed local days of a data folder's market as a new folder of files that `commonwatt settle` takes, and returns
 * what was written, for people. Every run is computed again first, and the files are settled before they are written: they
 * give to the Wh and nano-unit what the market posted, or nothing is written. The market may run meanwhile.
 */
export const exportDays = Effect.fn("exportDays")(function* ({ data, out, ...choice }: ExportOptions) {
  const folder = yield* attempt(() => newFolder(out, "an export"))
  const { pool, layer } = yield* visitJournal(data)
  const runs = yield* Effect.promise(() => readRuns(pool))
  const origins = yield* attempt(() => chooseDays(runs, choice))
  const days: Array<SettledDay> = []
  for (const origin of origins) days.push(yield* recompute(origin, data).pipe(Effect.provide(layer)))
  const settled = { days, timeZone: origins[0]!.timeZone }
  return yield* attempt(() => {
    const files = offlineFiles(settled)
    writeFolder(folder, [...files, ["export.json", manifestText(settled, origins, files)], ["README.txt", readmeText(settled)]])
    return summaryText(settled, origins, folder)
  })
})

interface Row {
  readonly area: string
  readonly time_zone: string
  readonly community: string
  readonly settlement_period: string
  readonly version: number
  readonly run_id: Buffer
  readonly inputs_hash: Buffer
  readonly result_hash: Buffer
  readonly root: Buffer
  readonly status: string | null
  readonly transaction: Buffer | null
  readonly height: number | null
}

/** Every recorded run with its batch. */
const readRuns = async (pool: pg.Pool): Promise<Array<RunOrigin & { readonly timeZone: string }>> => {
  const { rows } = await pool.query<Row>(
    `select r.area, a.time_zone, r.community, r.settlement_period, r.version, r.run_id, r.inputs_hash, r.result_hash, r.root, b.status, b.transaction, b.height
     from run r join area a on a.area = r.area left join batch b on b.area = r.area and b.run_id = r.run_id where r.position is not null`
  )
  return rows.map((row) => ({
    area: row.area,
    timeZone: row.time_zone,
    community: row.community,
    settlementPeriod: row.settlement_period,
    version: row.version,
    runId: row.run_id,
    inputsHash: row.inputs_hash,
    resultHash: row.result_hash,
    root: row.root,
    batch: row.status === null ? undefined : { status: row.status, transaction: row.transaction ?? undefined, height: row.height ?? undefined }
  }))
}

/** A run computed again from the journal, as an audit does; one that is not what was recorded is not given out. */
const recompute = Effect.fnUntraced(function* ({ area, community, settlementPeriod, version, runId, resultHash }: RunOrigin, data: string) {
  const journal = yield* Journal
  const found = yield* journal.duePosition(area, community, settlementPeriod, version)
  const run = found === undefined ? undefined : settle(yield* journal.runInputs(area, found.due, found.logPosition))
  if (run !== undefined && equalBytes(run.runId, runId) && equalBytes(run.resultHash, resultHash)) return settledDayOf(run)
  return yield* Effect.fail(new UserError(`nothing was exported: the journal no longer gives the run of ${settlementPeriod} that was recorded (version ${version} of ${community})`, `keep the data folder as it is, and see \`npx commonwatt audit --data ${data}\``))
})
