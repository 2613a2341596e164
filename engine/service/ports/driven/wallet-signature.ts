import { Context } from "effect"

/** Checks signatures of members' wallets: secp256k1 over an ADR-036 sign document. */
export class WalletSignature extends Context.Service<
  WalletSignature,
  {
    /** Whether the wallet with this compressed public key signed `message`. Hostile input is false. */
    readonly verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean
  }
>()("engine/service/WalletSignature") {}
