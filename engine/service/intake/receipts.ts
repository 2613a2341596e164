import { Deferred, Effect } from "effect"
import { toHex } from "../../core/quantity/bytes.ts"
import { RECEIPT_DOMAIN, receiptBytes, type SignedReceipt } from "../../core/receipt.ts"
import type { KeyPair } from "../keys/ed25519.ts"
import type { StoredReceipt } from "../ports/driven/journal.ts"

/** Signs what the journal keeps: the same record always gets the same receipt. */
export const signReceipt = (key: KeyPair, area: string, { position, recordHash, verdict, refused }: StoredReceipt): SignedReceipt => {
  const receipt = { domain: RECEIPT_DOMAIN, area, position, recordHash, verdict, refused }
  return { receipt, signature: key.sign(receiptBytes(receipt)) }
}

/** Those who wait for the receipt of a record, by its hash. */
export class ReceiptWaiters {
  private readonly waiting = new Map<string, Array<Deferred.Deferred<StoredReceipt>>>()

  /** Registers interest in a record before it is appended. */
  readonly await = (hash: Uint8Array): Effect.Effect<Deferred.Deferred<StoredReceipt>> =>
    Effect.map(Deferred.make<StoredReceipt>(), (deferred) => {
      const name = toHex(hash)
      this.waiting.set(name, [...(this.waiting.get(name) ?? []), deferred])
      return deferred
    })

  /** Gives up one wait. */
  readonly leave = (hash: Uint8Array, deferred: Deferred.Deferred<StoredReceipt>): void => {
    const name = toHex(hash)
    const left = (this.waiting.get(name) ?? []).filter((other) => other !== deferred)
    if (left.length === 0) this.waiting.delete(name)
    else this.waiting.set(name, left)
  }

  readonly isAwaited = (hash: Uint8Array): boolean => this.waiting.has(toHex(hash))

  /** Hands a receipt to everybody who waits for it. */
  readonly resolve = (receipt: StoredReceipt): Effect.Effect<void> => {
    const name = toHex(receipt.recordHash)
    const deferreds = this.waiting.get(name) ?? []
    this.waiting.delete(name)
    return Effect.forEach(deferreds, (deferred) => Deferred.succeed(deferred, receipt), { discard: true })
  }
}
