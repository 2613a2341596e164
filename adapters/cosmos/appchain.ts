import { setTimeout as sleep } from "node:timers/promises"
import type { EncodeObject } from "@cosmjs/proto-signing"
import { sha256 } from "@noble/hashes/sha2.js"
import { compareBytes } from "../../engine/core/quantity/bytes.ts"
import type { Batch } from "../../engine/core/settlement/batch.ts"
import { batchKey, settlementStore, type StoreProof, type StoredBatch } from "../../engine/core/proof/ics23.ts"
import { AccountWriter, type PreparedTransaction } from "./account-writer.ts"
import { ChainRefusal, ChainUnreachable, NotConfirmed } from "./chain-error.ts"
import { gasLimit } from "./gas.ts"
import { BatchStatus, StoredBatch as StoredBatchMessage, type BatchRecord } from "./generated/commonwatt/settlement/v1/batch.ts"
import {
  QueryBatchRequest, QueryBatchResponse, QueryCommunityRequest, QueryCommunityResponse, QueryEscrowRequest,
  QueryEscrowResponse, QueryEscrowsRequest, QueryEscrowsResponse
} from "./generated/commonwatt/settlement/v1/query.ts"
import type { Community } from "./generated/commonwatt/settlement/v1/community.ts"
import { MsgBurn, MsgMint, MsgSettleBatch } from "./generated/commonwatt/settlement/v1/tx.ts"
import { wasRepeated, type Confirmation } from "./outcomes.ts"
import { decodeProofs } from "./proofs.ts"
import { reached, Rpc } from "./rpc.ts"

/** What enters or leaves one escrow account (20 raw bytes), in nano-units. */
export interface EscrowEntry {
  readonly account: Uint8Array
  readonly amount: bigint
}

/** What names a batch. */
export interface BatchId {
  readonly community: string
  readonly settlementPeriod: string
  readonly version: number
}

/** An approver's ed25519 signature over the batch digest. */
export interface Approval {
  readonly approver: Uint8Array
  readonly signature: Uint8Array
}

/** What the chain knows about a batch; the status is that of the latest block's time. */
export interface AnchoredBatch {
  readonly record: BatchRecord
  readonly status: "anchored" | "final"
}

/** A batch's stored root with its way to the app hash of the header at `height + 1`. */
export interface ProvenRoot extends StoredBatch {
  readonly height: number
  readonly proof: StoreProof
  readonly appHash: Uint8Array
}

export interface ConnectOptions {
  readonly rpcUrl: string
  /** Refuses to talk to another chain. */
  readonly chainId?: string
  /** secp256k1 private keys of 32 bytes. */
  readonly treasurerKey: Uint8Array
  readonly submitterKey: Uint8Array
  /** How long to wait for a block; 30 s. */
  readonly confirmTimeoutMs?: number
}

export interface SendOptions {
  /** Gets hash and bytes before anything is sent. If it fails, nothing is sent. Called again if the transaction has to be signed anew. */
  readonly onPrepared?: (txHash: Uint8Array, txBytes: Uint8Array) => Promise<void> | void
}

/** The settlement chain. Failures are {@link ChainRefusal}, {@link ChainUnreachable} or {@link NotConfirmed}. */
export class AppchainClient {
  readonly #rpc: Rpc
  readonly #treasurer: AccountWriter
  readonly #submitter: AccountWriter
  readonly #confirmTimeoutMs: number

  private constructor(rpc: Rpc, treasurer: AccountWriter, submitter: AccountWriter, confirmTimeoutMs: number) {
    this.#rpc = rpc
    this.#treasurer = treasurer
    this.#submitter = submitter
    this.#confirmTimeoutMs = confirmTimeoutMs
  }

  static async connect(options: ConnectOptions): Promise<AppchainClient> {
    const rpc = await Rpc.connect(options.rpcUrl, options.chainId)
    const treasurer = await AccountWriter.open(rpc, options.treasurerKey)
    const submitter = await AccountWriter.open(rpc, options.submitterKey)
    // One writer per account, also where both roles have one key.
    const sole = submitter.address === treasurer.address ? treasurer : submitter
    return new AppchainClient(rpc, treasurer, sole, options.confirmTimeoutMs ?? 30_000)
  }

  get chainId(): string {
    return this.#rpc.chainId
  }

  get treasurerAddress(): string {
    return this.#treasurer.address
  }

  get submitterAddress(): string {
    return this.#submitter.address
  }

  disconnect(): void {
    this.#rpc.comet.disconnect()
  }

  latestHeight(): Promise<number> {
    return this.#rpc.latestHeight()
  }

  /** Mints into escrow on a bank receipt; `repeated` if this receipt had been booked. */
  mint(community: string, reference: string, deposits: ReadonlyArray<EscrowEntry>, options: SendOptions = {}): Promise<Confirmation> {
    const message = MsgMint.fromPartial({ treasurer: this.#treasurer.address, community, reference, deposits: ascending(deposits) })
    const encoded = { typeUrl: "/commonwatt.settlement.v1.MsgMint", value: message }
    return this.#send(this.#treasurer, encoded, gasLimit(deposits.length), options)
  }

  /** Burns escrow that the bank has paid out; `repeated` if this payout had been booked. */
  burn(community: string, reference: string, withdrawals: ReadonlyArray<EscrowEntry>, options: SendOptions = {}): Promise<Confirmation> {
    const message = MsgBurn.fromPartial({ treasurer: this.#treasurer.address, community, reference, withdrawals: ascending(withdrawals) })
    const encoded = { typeUrl: "/commonwatt.settlement.v1.MsgBurn", value: message }
    return this.#send(this.#treasurer, encoded, gasLimit(withdrawals.length), options)
  }

  /** Submits a batch and waits until it is in a block. */
  async settleBatch(batch: Batch, approvals: ReadonlyArray<Approval>, options: SendOptions = {}): Promise<{
    readonly txHash: Uint8Array
    readonly height: number
    readonly alreadySettled: boolean
  }> {
    const gas = gasLimit(batch.positions.length, approvals.length)
    const { txHash, height, repeated } = await this.#send(this.#submitter, this.#settleMessage(batch, approvals), gas, options)
    return { txHash, height, alreadySettled: repeated }
  }

  /** Signs a batch's transaction without sending it. Prepare the next one only when this one is confirmed or refused. */
  prepareBatch(batch: Batch, approvals: ReadonlyArray<Approval>): Promise<PreparedTransaction> {
    const gas = gasLimit(batch.positions.length, approvals.length)
    return this.#submitter.alone(() => this.#submitter.prepare(this.#settleMessage(batch, approvals), gas))
  }

  /** Sends signed bytes, also a second time. Returns their hash; a refusal at the door is a {@link ChainRefusal}. */
  async broadcast(txBytes: Uint8Array): Promise<Uint8Array> {
    const txHash = sha256(txBytes)
    let response
    try {
      response = await this.#rpc.comet.broadcastTxSync({ tx: txBytes })
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      // The node has these bytes already, which is what was wanted.
      if (message.includes("tx already exists in cache")) return txHash
      throw new ChainUnreachable(message, { cause })
    }
    if (response.code === 0) return txHash
    throw new ChainRefusal(response.codespace ?? "", response.code, response.log ?? "", txHash)
  }

  /** Waits until a transaction is in a block. */
  async confirm(txHash: Uint8Array, timeoutMs = this.#confirmTimeoutMs): Promise<Confirmation> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const confirmed = await this.#lookUp(txHash)
      if (confirmed !== undefined) return confirmed
      if (Date.now() >= deadline) throw new NotConfirmed(txHash)
      await sleep(100)
    }
  }

  /** The batch as the chain keeps it, or undefined. */
  async batch(id: BatchId): Promise<AnchoredBatch | undefined> {
    const { community, settlementPeriod, version } = id
    const found = await present(() => this.#rpc.query("/commonwatt.settlement.v1.Query/Batch", QueryBatchRequest, QueryBatchResponse, { community, settlementPeriod, version }))
    if (found?.batch?.record === undefined) return undefined
    return { record: found.batch.record, status: found.batch.status === BatchStatus.FINAL ? "final" : "anchored" }
  }

  /** The community as registered, or undefined. */
  async community(id: string): Promise<Community | undefined> {
    const found = await present(() => this.#rpc.query("/commonwatt.settlement.v1.Query/Community", QueryCommunityRequest, QueryCommunityResponse, { community: id }))
    return found?.community
  }

  /** Escrow balance in nano-units; zero for an account never seen. */
  async escrow(community: string, account: Uint8Array): Promise<bigint> {
    const { balance } = await this.#rpc.query("/commonwatt.settlement.v1.Query/Escrow", QueryEscrowRequest, QueryEscrowResponse, { community, account })
    return BigInt(balance)
  }

  /** All escrow accounts of a community that hold money, in order, fetched page by page. */
  async *escrows(community: string, pageSize = 1000): AsyncGenerator<{ readonly account: Uint8Array; readonly balance: bigint }> {
    let pageKey: Uint8Array = new Uint8Array()
    do {
      const request = { community, pageKey, limit: pageSize }
      const page = await this.#rpc.query("/commonwatt.settlement.v1.Query/Escrows", QueryEscrowsRequest, QueryEscrowsResponse, request)
      for (const { account, balance } of page.balances) yield { account, balance: BigInt(balance) }
      pageKey = page.nextKey
    } while (pageKey.length > 0)
  }

  /** The stored root with its proof. The header that commits to it is one block younger, and is waited for. */
  async provenRoot(id: BatchId): Promise<ProvenRoot | undefined> {
    const anchored = await this.batch(id)
    if (anchored === undefined) return undefined
    const height = Math.max(Number(anchored.record.height), (await this.latestHeight()) - 1)
    const key = batchKey(id.community, id.settlementPeriod, id.version)
    const response = await this.#rpc.abciQuery({ path: `/store/${settlementStore}/key`, data: key, prove: true, height })
    const proof = { store: settlementStore, key, value: response.value, ...decodeProofs(response.proof?.ops ?? []) }
    const { root, resultHash, digest } = StoredBatchMessage.decode(response.value)
    return { height, proof, root, resultHash, digest, appHash: await this.#appHash(height + 1) }
  }

  async #appHash(height: number): Promise<Uint8Array> {
    const deadline = Date.now() + this.#confirmTimeoutMs
    while ((await this.latestHeight()) < height) {
      if (Date.now() >= deadline) throw new ChainUnreachable(`no block ${height} so far`)
      await sleep(50)
    }
    return (await reached(() => this.#rpc.comet.commit(height))).header.appHash
  }

  #settleMessage(batch: Batch, approvals: ReadonlyArray<Approval>): EncodeObject {
    const message = MsgSettleBatch.fromPartial({
      submitter: this.#submitter.address,
      batch: { ...batch, logPosition: BigInt(batch.logPosition), positions: [...batch.positions] },
      approvals: approvals.map(({ approver, signature }) => ({ approverPublicKey: approver, signature }))
    })
    return { typeUrl: "/commonwatt.settlement.v1.MsgSettleBatch", value: message }
  }

  /** Sign, persist, send, confirm, as one job of the account's writer. Messages are idempotent, so signing anew is safe. */
  #send(writer: AccountWriter, message: EncodeObject, gas: number, options: SendOptions): Promise<Confirmation> {
    return writer.alone(async () => {
      for (let attempt = 1; ; attempt++) {
        const { txHash, txBytes } = await writer.prepare(message, gas)
        await options.onPrepared?.(txHash, txBytes)
        try {
          return await this.confirm(await this.broadcast(txBytes))
        } catch (error) {
          // Somebody else used this key, or an earlier transaction is still on its way: wait a block and sign anew.
          const mismatch = error instanceof ChainRefusal && error.refusal === "ErrWrongSequence"
          if (!mismatch || attempt === 5) throw error
          await sleep(500 * attempt)
        }
      }
    })
  }

  async #lookUp(txHash: Uint8Array): Promise<Confirmation | undefined> {
    let found
    try {
      found = await this.#rpc.comet.tx({ hash: txHash })
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      if (message.includes("not found")) return undefined
      throw new ChainUnreachable(message, { cause })
    }
    const { result, height } = found
    if (result.code !== 0) throw new ChainRefusal(result.codespace ?? "", result.code, result.log ?? "", txHash)
    return { txHash, height, repeated: wasRepeated(result.data) }
  }
}

/** Turns "there is no such thing" into undefined. */
const present = async <A>(query: () => Promise<A>): Promise<A | undefined> => {
  try {
    return await query()
  } catch (error) {
    if (error instanceof ChainRefusal && (error.refusal === "ErrKeyNotFound" || error.refusal === "ErrNotFound" || error.refusal.startsWith("ErrUnknown"))) return undefined
    throw error
  }
}

/** The chain wants accounts in order; for deposits the order means nothing, so it is made here. */
const ascending = (entries: ReadonlyArray<EscrowEntry>): Array<EscrowEntry> => [...entries].sort((a, b) => compareBytes(a.account, b.account))
