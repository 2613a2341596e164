import { Effect } from "effect"
import { Anchoring } from "../../../engine/service/anchoring/anchoring.ts"
import { Engine } from "../../../engine/service/intake/engine.ts"
import { SettlementRuns } from "../../../engine/service/runs/settlement-runs.ts"
import type { Drive } from "./drive.ts"
import type { LateChain } from "./late-chain.ts"
import { say } from "./terminal.ts"

/** How long each step of the drain may take at the most. */
const PATIENCE = "10 seconds"

/** Before anything is stopped: what waits at the gateway is handed over, due runs are recorded, waiting batches go to the chain, a snapshot is saved. Nothing of it once the engine has stopped. */
export const drain = Effect.fn("drain")(function* ({ gateway }: Drive, chain: LateChain) {
  const engine = yield* Engine
  if (yield* engine.hasStopped) return
  const runs = yield* SettlementRuns
  const anchoring = yield* Anchoring
  const steps: ReadonlyArray<readonly [name: string, step: Effect.Effect<unknown, unknown>]> = [
    ["reading batches", gateway.flush],
    ["settlement runs", runs.settleDue],
    ["batches", chain.status().state === "running" ? anchoring.drain : Effect.void],
    ["snapshot", engine.snapshot]
  ]
  for (const [name, step] of steps) {
    yield* step.pipe(
      Effect.timeout(PATIENCE),
      Effect.catchCause(() => Effect.sync(() => say(`  ${name}: not all handed over; the next start goes on with them`)))
    )
  }
})
