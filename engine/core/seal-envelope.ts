import { encode } from "./quantity/codec.ts"
import type { Command } from "./command.ts"
import { domainOf, encodePayload, envelope, signingBytes, type Algorithm } from "./envelope.ts"

/** Whoever can sign: a program's or gateway's ed25519 key, or a wallet. */
export interface EnvelopeSigner {
  readonly publicKey: Uint8Array
  readonly algorithm: Algorithm
  readonly sign: (message: Uint8Array) => Uint8Array
}

/** Bytes of a signed envelope batch. `nonce` is 0 for programs; `expiry` is a wall-clock second, 0 = never. */
export const sealEnvelope = (
  signer: EnvelopeSigner,
  area: string,
  commands: ReadonlyArray<Command>,
  nonce = 0,
  expiry = 0
): Uint8Array => {
  const signed = {
    version: 1,
    signer: signer.publicKey,
    algorithm: signer.algorithm,
    domain: domainOf(area),
    nonce,
    expiry,
    payload: encodePayload(commands)
  }
  return encode(envelope, { signed, signature: signer.sign(signingBytes(signed)) })
}
