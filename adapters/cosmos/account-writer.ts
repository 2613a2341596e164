import { sha256 } from "@noble/hashes/sha2.js"
import { DirectSecp256k1Wallet, encodePubkey, makeAuthInfoBytes, makeSignDoc } from "@cosmjs/proto-signing"
import { encodeSecp256k1Pubkey } from "@cosmjs/amino"
import { fromBase64 } from "@cosmjs/encoding"
import { BaseAccount } from "cosmjs-types/cosmos/auth/v1beta1/auth"
import { QueryAccountRequest, QueryAccountResponse } from "cosmjs-types/cosmos/auth/v1beta1/query"
import { TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx"
import type { Rpc } from "./rpc.ts"

/** A message of any type, encoded. */
export interface EncodedMessage {
  readonly typeUrl: string
  readonly value: Uint8Array
}

/** A signed transaction and the hash by which it is confirmed: persist both before sending. */
export interface PreparedTransaction {
  readonly txHash: Uint8Array
  readonly txBytes: Uint8Array
}

/** Prefix of this chain's addresses. */
export const addressPrefix = "watt"

/** The address of a secp256k1 private key. */
export const addressOf = async (privateKey: Uint8Array): Promise<string> => {
  const [account] = await (await DirectSecp256k1Wallet.fromKey(privateKey, addressPrefix)).getAccounts()
  return account!.address
}

/**
 * The one writer of an account. Transactions go one after the other: parallel ones would take each other's
 * sequence number, and a later one must never overtake an earlier one whose fate is unknown.
 */
export class AccountWriter {
  readonly address: string
  readonly #wallet: DirectSecp256k1Wallet
  readonly #publicKey: Uint8Array
  readonly #rpc: Rpc
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(rpc: Rpc, wallet: DirectSecp256k1Wallet, address: string, publicKey: Uint8Array) {
    this.#rpc = rpc
    this.#wallet = wallet
    this.address = address
    this.#publicKey = publicKey
  }

  static async open(rpc: Rpc, privateKey: Uint8Array): Promise<AccountWriter> {
    const wallet = await DirectSecp256k1Wallet.fromKey(privateKey, addressPrefix)
    const [account] = await wallet.getAccounts()
    return new AccountWriter(rpc, wallet, account!.address, account!.pubkey)
  }

  /** Runs a job when all jobs before it have ended, well or not. */
  alone<A>(job: () => Promise<A>): Promise<A> {
    const result = this.#queue.then(job)
    this.#queue = result.catch(() => undefined)
    return result
  }

  /** Signs with the sequence number that the chain has now; nothing is sent. */
  async prepare(message: EncodedMessage, gas: number): Promise<PreparedTransaction> {
    const { accountNumber, sequence } = await this.#account()
    const bodyBytes = TxBody.encode(TxBody.fromPartial({ messages: [{ ...message }] })).finish()
    const publicKey = encodePubkey(encodeSecp256k1Pubkey(this.#publicKey))
    const authInfoBytes = makeAuthInfoBytes([{ pubkey: publicKey, sequence }], [], gas, undefined, undefined)
    const document = makeSignDoc(bodyBytes, authInfoBytes, this.#rpc.chainId, accountNumber)
    const { signature } = await this.#wallet.signDirect(this.address, document)
    const txBytes = TxRaw.encode(TxRaw.fromPartial({ bodyBytes, authInfoBytes, signatures: [fromBase64(signature.signature)] })).finish()
    return { txHash: sha256(txBytes), txBytes }
  }

  /** Asked before every transaction: after a restart or a mismatch there is no remembered number to be wrong. */
  async #account(): Promise<BaseAccount> {
    const { account } = await this.#rpc.query("/cosmos.auth.v1beta1.Query/Account", QueryAccountRequest, QueryAccountResponse, { address: this.address })
    return BaseAccount.decode(account!.value)
  }
}
