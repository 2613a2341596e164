import { createHash } from "node:crypto"
import { pubkeyToAddress, encodeSecp256k1Pubkey, makeSignDoc, serializeSignDoc } from "@cosmjs/amino"
import { secp256k1 } from "@noble/curves/secp256k1.js"
import { Layer } from "effect"
import { WalletSignature } from "../../engine/service/ports/driven/wallet-signature.ts"
import { ADDRESS_PREFIX } from "./address-prefix.ts"

/**
 * Bytes that a wallet signs for arbitrary data: the sign document of ADR-036. It fixes chain id "" and sequence 0, so
 * it protects against no replay: the data itself carries domain, nonce and expiry (facts on trust).
 */
export const adr036Bytes = (publicKey: Uint8Array, message: Uint8Array): Uint8Array => {
  const signer = pubkeyToAddress(encodeSecp256k1Pubkey(publicKey), ADDRESS_PREFIX)
  const value = { signer, data: Buffer.from(message).toString("base64") }
  return serializeSignDoc(makeSignDoc([{ type: "sign/MsgSignData", value }], { gas: "0", amount: [] }, "", "", 0, 0))
}

const digest = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest())

/** A wallet's key pair, signing as ADR-036 wants it: 64 bytes r || s, low s. */
export const adr036Wallet = (secret: Uint8Array) => {
  const publicKey = secp256k1.getPublicKey(secret, true)
  return {
    publicKey,
    algorithm: "secp256k1-adr036" as const,
    sign: (message: Uint8Array): Uint8Array => secp256k1.sign(digest(adr036Bytes(publicKey, message)), secret, { prehash: false })
  }
}

/** Whether the wallet signed `message`; hostile keys and signatures are false. A high s is refused: one signature, one form. */
export const verifyAdr036 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  if (publicKey.length !== 33 || signature.length !== 64) return false
  try {
    return secp256k1.verify(signature, digest(adr036Bytes(publicKey, message)), publicKey, { prehash: false, lowS: true })
  } catch {
    return false
  }
}

/** Wallet signatures as the engine asks for them. */
export const adr036Signatures: Layer.Layer<WalletSignature> = Layer.succeed(WalletSignature, WalletSignature.of({ verify: verifyAdr036 }))
