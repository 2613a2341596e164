import { bytes, encode, struct, text, unsigned, type Infer } from "./quantity/codec.ts"
import { verdict } from "./envelope.ts"

/** The engine's answer to one log record: where it stands and what became of it. A duplicate gets the first receipt again. */
export const receipt = struct({
  domain: text,
  area: text,
  position: unsigned,
  /** SHA-256 of the record's bytes. */
  recordHash: bytes,
  verdict,
  /** Commands or readings of the record that were refused. */
  refused: unsigned
})
export type Receipt = Infer<typeof receipt>

/** A receipt with the engine's ed25519 signature over {@link receiptBytes}. */
export const signedReceipt = struct({ receipt, signature: bytes })
export type SignedReceipt = Infer<typeof signedReceipt>

export const RECEIPT_DOMAIN = "commonwatt/receipt/v1"

/** Bytes that the engine signs. */
export const receiptBytes = (value: Receipt): Uint8Array => encode(receipt, value)
