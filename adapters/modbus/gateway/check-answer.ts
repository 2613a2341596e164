import { Schema } from "effect"
import { equalBytes } from "../../../engine/core/quantity/bytes.ts"
import { RECEIPT_DOMAIN, type SignedReceipt } from "../../../engine/core/receipt.ts"

/** A receipt that is not the engine's, or not for what was sent: the batch is kept. */
export class ReceiptRefused extends Schema.TaggedError<ReceiptRefused>()("ReceiptRefused", { reason: Schema.String }) {}

/** What is wrong with a receipt for the batch of this hash, but for its signature; undefined where nothing is. */
export const wrongReceipt = ({ receipt }: SignedReceipt, area: string, hash: Uint8Array): string | undefined => {
  if (receipt.domain !== RECEIPT_DOMAIN) return "it is no receipt of this version"
  if (receipt.area !== area) return `it is of the area ${receipt.area}, not of ${area}`
  if (!equalBytes(receipt.recordHash, hash)) return "it names another record"
  return undefined
}
