import { sha256 } from "@noble/hashes/sha2.js"
import { bytes, encode, struct, text } from "../quantity/codec.ts"

const derivation = struct({ domain: text, secret: bytes, community: text, member: text, month: text })

/**
 * The 20-byte account on chain of a member in a community for one settlement month. The secret keeps outsiders
 * from trying member names, the month keeps one address from identifying a person for years (design, decision 13).
 */
export const chainAccount = (secret: Uint8Array, community: string, member: string, month: string): Uint8Array =>
  sha256(encode(derivation, { domain: "commonwatt/account/v1", secret, community, member, month })).slice(0, 20)
