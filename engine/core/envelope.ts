import { bytes, choice, decode, encode, list, struct, text, unsigned, type Infer } from "./quantity/codec.ts"
import { command, type Command } from "./command.ts"

/** How an envelope is signed. P-256 passkeys have their number already; the verdict on them is still "AlgorithmUnsupported". */
export const algorithm = choice(["ed25519", "secp256k1-adr036", "p256-passkey"])
export type Algorithm = Infer<typeof algorithm>

/** What is signed: every field that keeps one signature from serving twice or elsewhere (design, decision 7). */
export const signedPart = struct({
  version: unsigned,
  /** Public key of the signer: 32 bytes ed25519, 33 bytes compressed secp256k1 or P-256. */
  signer: bytes,
  algorithm,
  /** `commonwatt/<area>`: a signature for one area is worth nothing in another. */
  domain: text,
  /** Grows with each envelope of a wallet; programs put 0, their commands carry an identity of their own. */
  nonce: unsigned,
  /** Wall-clock second after which the envelope is void; 0 = never. */
  expiry: unsigned,
  /** Canonical bytes of the commands, one or more, of this signer. */
  payload: bytes
})
export type SignedPart = Infer<typeof signedPart>

/** One log record: an envelope batch. Kafka and the embedded log carry the same bytes. */
export const envelope = struct({ signed: signedPart, signature: bytes })
export type Envelope = Infer<typeof envelope>

const commands = list(command)

/** Bytes that the signature covers. */
export const signingBytes = (signed: SignedPart): Uint8Array => encode(signedPart, signed)

/** Payload bytes of commands. */
export const encodePayload = (values: ReadonlyArray<Command>): Uint8Array => encode(commands, [...values])

/** Commands of a payload; throws NotCanonical on anything but canonical bytes. */
export const decodePayload = (payload: Uint8Array): Array<Command> => decode(commands, payload)

/** Domain of an area. */
export const domainOf = (area: string): string => `commonwatt/${area}`

/** Verdict of the check in front of `step`; journaled, because it depends on the wall clock. Numbers are stable. */
export const verdict = choice([
  "Accepted",
  "Malformed",
  "WrongDomain",
  "VersionUnknown",
  "AlgorithmUnsupported",
  "Expired",
  "BadSignature"
])
export type Verdict = Infer<typeof verdict>

/** A log record as `step` takes it: where it stands, what its signature came to, what it says. */
export interface PositionedRecord {
  readonly position: number
  /** SHA-256 of the record's bytes. */
  readonly hash: Uint8Array
  readonly verdict: Verdict
  readonly signer: Uint8Array
  readonly nonce: number
  /** Empty unless the verdict is "Accepted". */
  readonly commands: ReadonlyArray<Command>
}
