import { Context, Effect, Layer, Schema } from "effect"
import { escrowMoves, type Balance, type EscrowMove } from "../../core/account/escrow.ts"
import { equalBytes, toHex } from "../../core/quantity/bytes.ts"
import { batchDigest, type Batch } from "../../core/settlement/batch.ts"
import { settle } from "../../core/settle.ts"
import type { KeyPair } from "../keys/ed25519.ts"
import type { Position } from "../../core/settlement/position.ts"
import type { Approval } from "../ports/driven/chain.ts"
import { Journal, type JournalCorrupt, type JournalUnavailable } from "../ports/driven/journal.ts"
import { Vault } from "../ports/driven/vault.ts"
import { batchOfRun } from "./batch-of-run.ts"

/** The approver computed something else than what it was asked to sign. Nothing is signed; somebody has to look. */
export class DigestsDiffer extends Schema.TaggedError<DigestsDiffer>()("DigestsDiffer", {
  settlementPeriod: Schema.String,
  asked: Schema.String,
  computed: Schema.String
}) {
  override get message(): string {
    return `the approver does not sign the batch of ${this.settlementPeriod}: asked for digest ${this.asked}, it computed ${this.computed}`
  }
}

/** What a run moves in escrow, from the balances before it and its own positions. */
const movesOf = (before: ReadonlyArray<Balance>, positions: ReadonlyArray<Position>): ReadonlyArray<EscrowMove> => {
  const amounts = new Map(positions.map(({ member, amount }) => [member, amount]))
  return escrowMoves(before.map((one) => ({ ...one, credit: one.credit + (amounts.get(one.member) ?? 0n) })))
}

/** Re-executes `settle` from the journal's inputs, works out anew what moves in escrow and in whose accounts, and signs only an equal digest (design, decision 13). */
export class Approver extends Context.Service<
  Approver,
  {
    readonly approve: (
      area: string,
      chainId: string,
      batch: Batch
    ) => Effect.Effect<Approval, DigestsDiffer | JournalUnavailable | JournalCorrupt>
  }
>()("engine/service/Approver") {
  static readonly layer = (key: KeyPair) =>
    Layer.effect(
      Approver,
      Effect.gen(function* () {
        const journal = yield* Journal
        const vault = yield* Vault
        return Approver.of({
          approve: Effect.fn("Approver.approve")(function* (area, chainId, batch) {
            const asked = batchDigest(chainId, batch)
            const differ = (computed: string) => new DigestsDiffer({ settlementPeriod: batch.settlementPeriod, asked: toHex(asked), computed })
            const found = yield* journal.duePosition(area, batch.community, batch.settlementPeriod, batch.version)
            if (found === undefined) return yield* differ("no such run is due")
            const run = settle(yield* journal.runInputs(area, found.due, found.logPosition))
            const place = yield* journal.runBefore(area, batch.community, batch.logPosition + 1)
            if (place === undefined) return yield* differ("no such run is recorded")
            const moves = movesOf(yield* journal.balancesBefore(area, batch.community, batch.logPosition), run.positions)
            const own = batchDigest(chainId, batchOfRun(vault, { ...batch, accountMonth: place.accountMonth }, run, moves))
            if (!equalBytes(own, asked)) return yield* differ(toHex(own))
            return { approver: key.publicKey, signature: key.sign(asked) }
          })
        })
      })
    )
}
