import { sha256 } from "@noble/hashes/sha2.js"
import type { Command } from "../../engine/core/command.ts"
import { encodePayload, type PositionedRecord, type Verdict } from "../../engine/core/envelope.ts"

const seeded = (name: string): Uint8Array => sha256(new TextEncoder().encode(name))

/** A stand-in for an ed25519 public key: the core never looks inside. */
export const programKey = (name: string): Uint8Array => seeded(`program ${name}`)

/** A stand-in for a compressed secp256k1 public key. */
export const walletKey = (name: string): Uint8Array => Uint8Array.of(2, ...seeded(`wallet ${name}`))

export const OPERATOR = programKey("operator")

/** One log record before it has a position. */
export interface Sent {
  readonly signer: Uint8Array
  readonly nonce: number
  readonly commands: ReadonlyArray<Command>
  readonly verdict?: Verdict
}

export const fromOperator = (...commands: ReadonlyArray<Command>): Sent => ({ signer: OPERATOR, nonce: 0, commands })

/** The record as `step` takes it. The hash stands for the bytes: it differs wherever signer, nonce or commands do. */
export const positioned = ({ signer, nonce, commands, verdict = "Accepted" }: Sent, position: number): PositionedRecord => {
  const hash = sha256.create().update(signer).update(seeded(String(nonce))).update(encodePayload(commands)).digest()
  return { position, hash, verdict, signer, nonce, commands }
}
