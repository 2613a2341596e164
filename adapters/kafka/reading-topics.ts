import { bytes, list, optional, struct, text, unsigned, type Infer } from "../../engine/core/quantity/codec.ts"
import { uplinkAnswer } from "../../engine/core/receipt.ts"

/** Where gateways of an area put their batches: a topic of its own, so that a home never writes to the command log. */
export const readingsTopic = (area: string): string => `commonwatt.readings.${area}`
/** Where the bridge answers. A reader learns hashes and positions, no names. */
export const receiptsTopic = (area: string): string => `commonwatt.receipts.${area}`

/** The bridge's answer to one record of the readings topic: a receipt, or a refusal by name. */
export const bridgeAnswer = struct({
  /** SHA-256 of the record's bytes. */
  recordHash: bytes,
  /** Offset in the readings topic from which the bridge goes on after this answer. */
  nextOffset: unsigned,
  answer: optional(uplinkAnswer),
  refusal: optional(struct({ name: text, reason: text, mend: text, retryAfter: unsigned, places: list(unsigned) }))
})
export type BridgeAnswer = Infer<typeof bridgeAnswer>
