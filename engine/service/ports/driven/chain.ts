import { Context, Schema, type Effect } from "effect"
import type { Batch } from "../../../core/settlement/batch.ts"

/** The chain is away, not built yet, or did not answer in time: the batch waits, the market goes on. */
export class ChainUnavailable extends Schema.TaggedError<ChainUnavailable>()("ChainUnavailable", { cause: Schema.Defect() }) {}

/** The chain refused a message by name. */
export class ChainRefused extends Schema.TaggedError<ChainRefused>()("ChainRefused", { name: Schema.String, code: Schema.Number, message: Schema.String }) {}

/** An approver's ed25519 signature over the digest of a batch. */
export interface Approval {
  readonly approver: Uint8Array
  readonly signature: Uint8Array
}

/** A transaction ready to be sent: remembered before it is. */
export interface PreparedTransaction {
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
}

/** Money that the treasurer mints on the proof of a bank receipt. */
export interface EscrowDeposit {
  readonly account: Uint8Array
  readonly amount: bigint
}

/** The appchain as the engine sees it. */
export class Chain extends Context.Service<
  Chain,
  {
    /** Waits until a chain is there, and gives its id. */
    readonly ready: Effect.Effect<{ readonly chainId: string }, ChainUnavailable>
    /** Mints deposits into escrow; the same reference again changes nothing. */
    readonly mint: (community: string, reference: string, deposits: ReadonlyArray<EscrowDeposit>) => Effect.Effect<void, ChainUnavailable | ChainRefused>
    /** Burns escrow; the same reference again changes nothing. */
    readonly burn: (community: string, reference: string, withdrawals: ReadonlyArray<EscrowDeposit>) => Effect.Effect<void, ChainUnavailable | ChainRefused>
    /** Escrow balance of an account, in nano-units. */
    readonly escrow: (community: string, account: Uint8Array) => Effect.Effect<bigint, ChainUnavailable>
    /** Signs a batch's transaction without sending it. */
    readonly prepare: (batch: Batch, approvals: ReadonlyArray<Approval>) => Effect.Effect<PreparedTransaction, ChainUnavailable | ChainRefused>
    /** Sends a prepared transaction. */
    readonly broadcast: (transaction: PreparedTransaction) => Effect.Effect<void, ChainUnavailable | ChainRefused>
    /** Where a batch is anchored, or undefined. */
    readonly anchored: (community: string, settlementPeriod: string, version: number) => Effect.Effect<{ readonly height: number } | undefined, ChainUnavailable>
    /** Waits for a sent transaction: its height, or undefined where it never came into a block. */
    readonly confirm: (transaction: Uint8Array) => Effect.Effect<{ readonly height: number } | undefined, ChainUnavailable | ChainRefused>
  }
>()("engine/service/Chain") {}
