import { createHmac } from "node:crypto"
import { keyPairOf, type KeyPair } from "../../../engine/service/keys/ed25519.ts"
import { adr036Wallet } from "../../cosmos/adr036.ts"

/** Keys of a demo world, all derived from its public seed: for play money only. */
export interface DemoKeys {
  readonly operator: KeyPair
  readonly approver: KeyPair
  /** Secrets of the chain's treasurer and submitter (secp256k1). */
  readonly treasurerSecret: Uint8Array
  readonly submitterSecret: Uint8Array
  readonly vaultSecret: Uint8Array
  readonly gatewayOf: (member: string) => KeyPair & { readonly algorithm: "ed25519" }
  /** Secret of a home's gateway key, for its certificate. */
  readonly gatewaySecretOf: (member: string) => Uint8Array
  readonly walletOf: (member: string) => ReturnType<typeof adr036Wallet>
}

/** Derives every key of a world from its seed, each for one purpose. */
export const demoKeys = (seed: string): DemoKeys => {
  const secret = (purpose: string): Uint8Array => new Uint8Array(createHmac("sha256", seed).update(`commonwatt/demo/v1/${purpose}`).digest())
  return {
    operator: keyPairOf(secret("operator")),
    approver: keyPairOf(secret("approver")),
    treasurerSecret: secret("treasurer"),
    submitterSecret: secret("submitter"),
    vaultSecret: secret("vault"),
    gatewayOf: (member) => ({ ...keyPairOf(secret(`gateway/${member}`)), algorithm: "ed25519" }),
    gatewaySecretOf: (member) => secret(`gateway/${member}`),
    walletOf: (member) => adr036Wallet(secret(`wallet/${member}`))
  }
}
