import { Context, Effect, Layer, Semaphore } from "effect"
import { passBoundary } from "../faults.ts"
import { Engine, type ReceiptLate } from "../intake/engine.ts"
import { Chain, type ChainRefused, type ChainUnavailable } from "../ports/driven/chain.ts"
import type { LogUnavailable } from "../ports/driven/command-log.ts"
import { Journal, JournalCorrupt, type Fenced, type BatchRow, type JournalUnavailable } from "../ports/driven/journal.ts"
import { Vault } from "../ports/driven/vault.ts"
import { Approver, type DigestsDiffer } from "./approver.ts"
import { batchOfRun } from "./batch-of-run.ts"
import { fundEscrow } from "./fund-escrow.ts"

export type AnchoringFailure = ChainRefused | ChainUnavailable | DigestsDiffer | Fenced | JournalCorrupt | JournalUnavailable | LogUnavailable | ReceiptLate

/** Brings recorded runs to the chain, one batch after the other, and their receipts back as commands. */
export class Anchoring extends Context.Service<
  Anchoring,
  {
    /**
     * Anchors every batch that waits now, in the order of the log, and tells how many; fails with the first failure once
     * the batches of other communities have had their turn. One drain at a time: the submitter's account has one writer.
     */
    readonly drain: Effect.Effect<number, AnchoringFailure>
  }
>()("engine/service/Anchoring") {
  static readonly layer = Layer.effect(Anchoring, Effect.suspend(() => makeAnchoring))
}

const makeAnchoring = Effect.gen(function* () {
  const engine = yield* Engine
  const journal = yield* Journal
  const chain = yield* Chain
  const approver = yield* Approver
  const vault = yield* Vault
  const oneAtATime = yield* Semaphore.make(1)
  const services = yield* Effect.context<Chain | Journal | Vault>()

  const send = Effect.fn("Anchoring.send")(function* (row: BatchRow, chainId: string) {
    const run = yield* journal.readRun(engine.area, row.runId)
    if (run === undefined) return yield* new JournalCorrupt({ area: engine.area, reason: `the run of ${row.settlementPeriod} is not stored` })
    const moves = yield* journal.escrowMoves(engine.area, row.runId)
    yield* fundEscrow(engine.area, row).pipe(Effect.provideContext(services))
    const batch = yield* Effect.try({
      try: () => batchOfRun(vault, row, run, moves),
      catch: (cause) => new JournalCorrupt({ area: engine.area, reason: `the stored run of ${row.settlementPeriod} is no batch (${String(cause)})` })
    })
    const approval = yield* approver.approve(engine.area, chainId, batch)
    const transaction = yield* chain.prepare(batch, [approval])
    yield* journal.rememberTransaction(engine, row, transaction.hash, transaction.bytes)
    yield* Effect.promise(() => passBoundary("before-broadcast"))
    yield* chain.broadcast(transaction)
    yield* Effect.promise(() => passBoundary("after-broadcast"))
    const confirmed = yield* chain.confirm(transaction.hash)
    return confirmed === undefined ? undefined : { transaction: transaction.hash, height: confirmed.height }
  })

  /** A batch that was sent before a crash may be in a block already: ask before sending anything again. */
  const find = Effect.fnUntraced(function* (row: BatchRow) {
    if (row.transaction === undefined) return undefined
    const anchored = yield* chain.anchored(row.community, row.settlementPeriod, row.version)
    return anchored === undefined ? undefined : { transaction: row.transaction, height: anchored.height }
  })

  const anchorOne = Effect.fn("Anchoring.anchorOne")(function* (row: BatchRow, chainId: string) {
    const receipt = (yield* find(row)) ?? (yield* send(row, chainId))
    if (receipt === undefined) return false
    const { community, settlementPeriod, version } = row
    yield* engine.issue([{ kind: "RecordBatchReceipt", community, settlementPeriod, version, ...receipt }])
    return true
  })

  return Anchoring.of({
    drain: Effect.gen(function* () {
      const { chainId } = yield* chain.ready
      let anchored = 0
      let failure: AnchoringFailure | undefined
      // Batches of a community build on each other, those of different communities do not.
      const waiting = new Set<string>()
      for (const row of yield* journal.openBatches(engine.area)) {
        if (waiting.has(row.community)) continue
        const outcome = yield* Effect.result(anchorOne(row, chainId))
        if (outcome._tag === "Success" && outcome.success) anchored++
        else waiting.add(row.community)
        if (outcome._tag === "Failure") failure ??= outcome.failure
      }
      return failure === undefined ? anchored : yield* failure
    }).pipe(oneAtATime.withPermits(1))
  })
})
