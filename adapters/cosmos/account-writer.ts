import { sha256 } from "@noble/hashes/sha2.js"
import { DirectSecp256k1Wallet, Registry, type EncodeObject, type GeneratedType } from "@cosmjs/proto-signing"
import { SigningStargateClient } from "@cosmjs/stargate"
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx"
import { ADDRESS_PREFIX } from "./address-prefix.ts"
import { MsgBurn, MsgMint, MsgSettleBatch } from "./generated/commonwatt/settlement/v1/tx.ts"
import { reached, type Rpc } from "./rpc.ts"

/** A signed transaction and the hash by which it is confirmed: persist both before sending. */
export interface PreparedTransaction {
  readonly txHash: Uint8Array
  readonly txBytes: Uint8Array
}

/** The messages that this client signs. */
const registry = new Registry([
  ["/commonwatt.settlement.v1.MsgMint", MsgMint as GeneratedType],
  ["/commonwatt.settlement.v1.MsgBurn", MsgBurn as GeneratedType],
  ["/commonwatt.settlement.v1.MsgSettleBatch", MsgSettleBatch as GeneratedType]
])

/** The address of a secp256k1 private key. */
export const addressOf = async (privateKey: Uint8Array): Promise<string> => {
  const [account] = await (await DirectSecp256k1Wallet.fromKey(privateKey, ADDRESS_PREFIX)).getAccounts()
  return account!.address
}

/**
 * The one writer of an account. Transactions go one after the other: parallel ones would take each other's
 * sequence number, and a later one must never overtake an earlier one whose fate is unknown.
 */
export class AccountWriter {
  readonly address: string
  readonly #client: SigningStargateClient
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(client: SigningStargateClient, address: string) {
    this.#client = client
    this.address = address
  }

  static async open(rpc: Rpc, privateKey: Uint8Array): Promise<AccountWriter> {
    const wallet = await DirectSecp256k1Wallet.fromKey(privateKey, ADDRESS_PREFIX)
    const [account] = await wallet.getAccounts()
    // connectWithSigner would take this chain for Tendermint 0.37: the CometBFT client is given by name.
    return new AccountWriter(SigningStargateClient.createWithSigner(rpc.comet, wallet, { registry }), account!.address)
  }

  /** Runs a job when all jobs before it have ended, well or not. */
  alone<A>(job: () => Promise<A>): Promise<A> {
    const result = this.#queue.then(job)
    this.#queue = result.catch(() => undefined)
    return result
  }

  /**
   * Signs with the sequence number that the chain has now, asked for every time: after a restart or a mismatch there
   * is no remembered number to be wrong. Nothing is sent.
   */
  async prepare(message: EncodeObject, gas: number): Promise<PreparedTransaction> {
    const signed = await reached(() => this.#client.sign(this.address, [message], { amount: [], gas: String(gas) }, ""))
    const txBytes = TxRaw.encode(signed).finish()
    return { txHash: sha256(txBytes), txBytes }
  }
}
