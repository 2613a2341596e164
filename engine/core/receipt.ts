import { bytes, encode, list, struct, text, unsigned, type Infer } from "./quantity/codec.ts"
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

/**
 * Sequences that never came, asked for again. The metering point is the one of the batch's reading number `reading`
 * (from 0): whoever reads answers on a shared topic learns no name.
 */
export const refillRequest = struct({ reading: unsigned, from: unsigned, to: unsigned })
export type RefillRequest = Infer<typeof refillRequest>

/** What a gateway gets for a reading batch, over HTTPS and Kafka alike. The receipt is signed; the rest is advice. */
export const uplinkAnswer = struct({
  receipt: signedReceipt,
  refill: list(refillRequest),
  /** The engine's wall clock in seconds, for the gateway to compare its own with. */
  engineTime: unsigned
})
export type UplinkAnswer = Infer<typeof uplinkAnswer>
