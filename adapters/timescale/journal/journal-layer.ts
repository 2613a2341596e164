import { Effect, Layer } from "effect"
import type pg from "pg"
import { Fenced, Journal, JournalCorrupt, JournalUnavailable, type JournalHead, type Writer } from "../../../engine/service/ports/driven/journal.ts"
import { Vault, type MemberKey } from "../../../engine/service/ports/driven/vault.ts"
import { inTransaction } from "../transaction.ts"
import { readOpenBatches, rememberTransaction } from "./batches.ts"
import { commitBatch } from "./commit.ts"
import { readBalancesBefore, readDeposits, readEscrowMoves, readRunBefore } from "./escrow.ts"
import { BrokenJournal, readReceipts, readRecords, readSnapshot } from "./read.ts"
import { readRunInputs } from "./run-inputs.ts"
import { readRun } from "./read-run.ts"
import { saveRun } from "./save-run.ts"
import { saveSnapshot } from "./save-snapshot.ts"
import { GENESIS_HEAD } from "./seal.ts"

const ask = <A>(operation: string, query: () => Promise<A>): Effect.Effect<A, JournalUnavailable> =>
  Effect.tryPromise({ try: query, catch: (cause) => new JournalUnavailable({ operation, cause }) })

const askOrCorrupt = <A>(area: string, operation: string, query: () => Promise<A>): Effect.Effect<A, JournalUnavailable | JournalCorrupt> =>
  Effect.tryPromise({
    try: query,
    catch: (cause) =>
      cause instanceof BrokenJournal ? new JournalCorrupt({ area, reason: cause.message }) : new JournalUnavailable({ operation, cause })
  })

const headColumns = "epoch, next_position, head_hash, state_hash"
const toHead = (row: { epoch: number; next_position: number; head_hash: Buffer; state_hash: string }): JournalHead => ({
  epoch: row.epoch,
  nextPosition: row.next_position,
  headHash: row.head_hash,
  stateHash: row.state_hash
})

/** How a journal commits. Only a test that proves the offset check's worth leaves it out. */
export interface JournalOptions {
  readonly checkOffset: boolean
}

/** The journal in PostgreSQL or TimescaleDB, over a pool whose schema is up to date. */
export const journalLayer = (pool: pg.Pool, { checkOffset }: JournalOptions = { checkOffset: true }): Layer.Layer<Journal, never, Vault> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const vault = yield* Vault
      const runPromise = Effect.runPromise
      /** Writes in one transaction that sees the writer's epoch still in force, and keeps it so until it ends. */
      const write = (operation: string, { area, epoch }: Writer, use: (client: pg.ClientBase) => Promise<void>): Effect.Effect<void, JournalUnavailable | Fenced> =>
        ask(operation, () =>
          inTransaction(pool, async (client) => {
            const { rowCount } = await client.query("select 1 from area_head where area = $1 and epoch = $2 for share", [area, epoch])
            if (rowCount === 1) await use(client)
            return rowCount === 1
          })
        ).pipe(Effect.flatMap((inForce) => (inForce ? Effect.void : Effect.fail(new Fenced({ area, epoch })))))
      const keysFor = Effect.fnUntraced(function* (subjects: ReadonlySet<string>) {
        const keys = new Map<string, MemberKey>()
        for (const subject of subjects) keys.set(subject, yield* vault.keyOf(subject))
        return keys
      })
      return Journal.of({
        open: (area) =>
          ask("open", () =>
            pool
              .query(
                `insert into area_head values ($1, 1, 0, $2, '', 0)
                 on conflict (area) do update set epoch = area_head.epoch + 1 returning ${headColumns}`,
                [area, GENESIS_HEAD]
              )
              .then(({ rows }) => toHead(rows[0]))
          ),
        head: (area) => ask("head", () => pool.query(`select ${headColumns} from area_head where area = $1`, [area]).then(({ rows }) => toHead(rows[0]))),
        commit: Effect.fn("Journal.commit")(function* (batch) {
          const subjects = new Set(batch.entries.flatMap(({ subject }) => subject ?? []))
          const keys = yield* Effect.mapError(keysFor(subjects), (cause) => new JournalUnavailable({ operation: "vault", cause }))
            const outcome = yield* ask("commit", () => inTransaction(pool, (client) => commitBatch(client, batch, keys, checkOffset)))
          if (outcome === "Fenced") return yield* new Fenced({ area: batch.area, epoch: batch.epoch })
          if (outcome === "OffsetMismatch") {
            return yield* new JournalCorrupt({ area: batch.area, reason: `position ${batch.entries[0]!.record.position} is not the next one` })
          }
        }),
        receipts: (area, hashes) => ask("receipts", () => readReceipts(pool, area, hashes)),
        replay: (area, position, limit) =>
          askOrCorrupt(area, "replay", () => readRecords(pool, area, position, limit, (ids) => runPromise(vault.keys(ids)))),
        saveSnapshot: (writer, snapshot) => write("saveSnapshot", writer, (client) => saveSnapshot(client, writer.area, snapshot)),
        latestSnapshot: (area) => ask("latestSnapshot", () => readSnapshot(pool, area)),
        runInputs: (area, due, logPosition) => askOrCorrupt(area, "runInputs", () => readRunInputs(pool, area, due, logPosition)),
        duePosition: (area, community, settlementPeriod, version) =>
          ask("duePosition", async () => {
            const { rows } = await pool.query(
              "select start_time, end_time, position from run_due where area = $1 and community = $2 and settlement_period = $3 and version = $4",
              [area, community, settlementPeriod, version]
            )
            const row = rows[0]
            if (row === undefined) return undefined
            return {
              due: { kind: "RunDue" as const, community, settlementPeriod, version, start: row.start_time, end: row.end_time },
              logPosition: row.position
            }
          }),
        saveRun: (writer, run, root) => write("saveRun", writer, (client) => saveRun(client, writer.area, run, root)),
        openBatches: (area) => ask("openBatches", () => readOpenBatches(pool, area)),
        rememberTransaction: (writer, batch, hash, bytes) =>
          write("rememberTransaction", writer, (client) => rememberTransaction(client, writer.area, batch, hash, bytes)),
        readRun: (area, runId) => ask("readRun", () => readRun(pool, area, runId)),
        escrowMoves: (area, runId) => ask("escrowMoves", () => readEscrowMoves(pool, area, runId)),
        balancesBefore: (area, community, position) => ask("balancesBefore", () => readBalancesBefore(pool, area, community, position)),
        runBefore: (area, community, position) => ask("runBefore", () => readRunBefore(pool, area, community, position)),
        deposits: (area, community, from, to) => ask("deposits", () => readDeposits(pool, area, community, from, to))
      })
    })
  )
