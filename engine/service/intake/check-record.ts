import { createHash } from "node:crypto"
import { decode } from "../../core/quantity/codec.ts"
import type { Command } from "../../core/command.ts"
import { decodePayload, domainOf, envelope, signingBytes, type Envelope, type PositionedRecord, type Verdict } from "../../core/envelope.ts"
import { verifyEd25519 } from "../keys/ed25519.ts"
import type { WalletSignature } from "../ports/driven/wallet-signature.ts"

/** SHA-256 of a record's bytes: its name in receipts and hash chains. */
export const recordHash = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest())

const readEnvelope = (bytes: Uint8Array): Envelope | undefined => {
  try {
    return decode(envelope, bytes)
  } catch {
    return undefined
  }
}

const readCommands = (payload: Uint8Array): ReadonlyArray<Command> | undefined => {
  try {
    return decodePayload(payload)
  } catch {
    return undefined
  }
}

/** What verification needs besides the record. */
export interface CheckContext {
  readonly area: string
  /** Wall-clock seconds, for the expiry of signatures only. */
  readonly now: number
  readonly wallets: WalletSignature["Service"]
}

const judge = async ({ signed, signature }: Envelope, { area, now, wallets }: CheckContext): Promise<Verdict> => {
  if (signed.version !== 1) return "VersionUnknown"
  if (signed.domain !== domainOf(area)) return "WrongDomain"
  if (signed.expiry !== 0 && signed.expiry < now) return "Expired"
  const message = signingBytes(signed)
  switch (signed.algorithm) {
    case "ed25519":
      return (await verifyEd25519(signed.signer, message, signature)) ? "Accepted" : "BadSignature"
    case "secp256k1-adr036":
      return wallets.verify(signed.signer, message, signature) ? "Accepted" : "BadSignature"
    case "p256-passkey":
      return "AlgorithmUnsupported"
  }
}

/** Decodes a log record and checks its signature; nothing in hostile bytes throws, each comes out with a named verdict. */
export const checkRecord = async (position: number, bytes: Uint8Array, context: CheckContext): Promise<PositionedRecord> => {
  const found = readEnvelope(bytes)
  const verdict = found === undefined ? "Malformed" : await judge(found, context)
  return positioned(position, recordHash(bytes), verdict, found)
}

/** Rebuilds a journaled record for replay: its verdict is taken from the journal, for it depended on the clock. */
export const journaledRecord = (position: number, hash: Uint8Array, verdict: Verdict, bytes: Uint8Array): PositionedRecord =>
  positioned(position, hash, verdict, readEnvelope(bytes))

const positioned = (position: number, hash: Uint8Array, verdict: Verdict, found: Envelope | undefined): PositionedRecord => {
  const signer = found?.signed.signer ?? new Uint8Array()
  const nonce = found?.signed.nonce ?? 0
  const commands = verdict === "Accepted" && found !== undefined ? readCommands(found.signed.payload) : []
  return commands === undefined
    ? { position, hash, verdict: "Malformed", signer, nonce, commands: [] }
    : { position, hash, verdict, signer, nonce, commands }
}
