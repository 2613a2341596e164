import { Context, Effect, Layer, Schedule, Semaphore } from "effect"
import { settle } from "../../core/settle.ts"
import { compareText } from "../../core/quantity/bytes.ts"
import { runRoot, saltName } from "../../core/proof/run-tree.ts"
import type { Run } from "../../core/settlement/run.ts"
import { passBoundary } from "../faults.ts"
import { Engine, type EngineFailure, type ReceiptLate } from "../intake/engine.ts"
import { Journal, JournalCorrupt } from "../ports/driven/journal.ts"
import { Vault } from "../ports/driven/vault.ts"

/** What passes by itself; the engine ends the process where it does not. */
const passing: ReadonlySet<string> = new Set(["JournalUnavailable", "LogUnavailable", "ReceiptLate"])
const again = { schedule: Schedule.spaced("1 second"), while: ({ _tag }: EngineFailure | ReceiptLate) => passing.has(_tag) }

/** Computes runs that became due and records them in the log. */
export class SettlementRuns extends Context.Service<
  SettlementRuns,
  {
    /** Computes and records every run that is due now; returns when the engine has journaled them. */
    readonly settleDue: Effect.Effect<ReadonlyArray<Run>, EngineFailure | ReceiptLate>
    /** Settles whatever becomes due, for ever. */
    readonly follow: Effect.Effect<never, EngineFailure | ReceiptLate>
  }
>()("engine/service/SettlementRuns") {
  static readonly layer = Layer.effect(
    SettlementRuns,
    Effect.gen(function* () {
      const engine = yield* Engine
      const journal = yield* Journal
      const vault = yield* Vault
      const oneAtATime = yield* Semaphore.make(1)
      const settleOne = Effect.fn("SettlementRuns.settleOne")(function* (community: string, settlementPeriod: string, version: number) {
        const found = yield* journal.duePosition(engine.area, community, settlementPeriod, version)
        if (found === undefined) return yield* new JournalCorrupt({ area: engine.area, reason: `no due run ${community} ${settlementPeriod}` })
        const run = settle(yield* journal.runInputs(engine.area, found.due, found.logPosition))
        yield* journal.saveRun(engine, run, runRoot(run, (line) => vault.salt(saltName(run.runId, line))))
        yield* Effect.promise(() => passBoundary("before-record-run"))
        const { runId, inputsHash, resultHash, positions } = run
        yield* engine.issue([
          { kind: "RecordRun", community, settlementPeriod, version, runId, inputsHash, resultHash, positions: [...positions] }
        ])
        return run
      })
      const settleDue = Effect.gen(function* () {
        const due = [...engine.state.settlement.runs].filter(([, run]) => run.state === "due").sort(([left], [right]) => compareText(left, right))
        const runs: Array<Run> = []
        for (const [key, { version }] of due) {
          const at = key.lastIndexOf("/")
          runs.push(yield* settleOne(key.slice(0, at), key.slice(at + 1), version).pipe(Effect.retry(again)))
        }
        return runs
      }).pipe(oneAtATime.withPermits(1))
      return SettlementRuns.of({ settleDue, follow: Effect.forever(Effect.delay(settleDue, 500)) })
    })
  )
}
