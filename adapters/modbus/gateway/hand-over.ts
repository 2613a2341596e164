import { Effect } from "effect"
import { encode } from "../../../engine/core/quantity/codec.ts"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { signedReceipt, type SignedReceipt, type UplinkAnswer } from "../../../engine/core/receipt.ts"
import type { Uplink, UplinkRefused, UplinkUnavailable } from "../../../engine/service/ports/driven/uplink.ts"
import { ReceiptRefused, wrongReceipt } from "./check-answer.ts"
import { wallClock, withStore, type GatewayParts } from "./gateway-parts.ts"
import type { PendingBatch, Settled } from "./gateway-store.ts"
import { batchesToSendAgain } from "./refill.ts"
import type { StoreError } from "./store-error.ts"
import { sealQuestions, sealRest } from "./store-polled.ts"
import { pointsOf, takeApart, takeApartForeign } from "./take-apart.ts"

/** What a gateway knows of the engine that it hands over to. */
export interface HandOverOptions {
  /** Hears the engine's clock, in seconds, as its answers tell it. */
  readonly heardEngine?: (engineTime: number) => void
  /** Whether a receipt carries the engine's signature. */
  readonly isFromEngine: (receipt: SignedReceipt) => Promise<boolean>
}

/** Why a flush did not hand over everything. */
export type FlushError = UplinkUnavailable | UplinkRefused | ReceiptRefused | StoreError

/** Batches taken from the store at once. */
const FLUSH_LIMIT = 64

const check = Effect.fnUntraced(function* (area: string, { isFromEngine }: HandOverOptions, { id, hash }: PendingBatch, { receipt: signed }: UplinkAnswer): Effect.fn.Return<Settled, ReceiptRefused> {
  const wrong = wrongReceipt(signed, area, hash)
  if (wrong !== undefined) return yield* new ReceiptRefused({ reason: wrong })
  if (!(yield* Effect.promise(() => isFromEngine(signed)))) return yield* new ReceiptRefused({ reason: "its signature is not the engine's" })
  return { id, receipt: encode(signedReceipt, signed), isRefused: signed.receipt.verdict !== "Accepted" }
})

/** Lets wait again what the engine asks for; metering points are named by their place in the batch. */
const refill = ({ store }: GatewayParts, batch: PendingBatch, { refill: requests }: UplinkAnswer) =>
  withStore(() => {
    if (requests.length === 0) return
    const found = batchesToSendAgain(batch, requests, store.received(batch.signer))
    if (found.length > 0) store.sendAgain(found)
  })

/** Readings of metering points that are not registered yet wait unsealed, so that they hold up nobody else's. False for any other failure. */
const setAside = (parts: GatewayParts, batch: PendingBatch, failure: UplinkUnavailable | UplinkRefused) =>
  withStore(() => {
    const places = failure._tag === "UplinkRefused" ? (failure.places ?? []) : []
    if (places.length === 0) return false
    const points = pointsOf(batch)
    const refused = places.flatMap((place) => points[place] ?? [])
    if (refused.length === 0) return false
    parts.waiting.refused(new Set(refused))
    takeApart(parts.store, batch, parts.siteOf)
    sealRest(parts)
    return true
  })

/**
 * Hands over what waits, site by site at once, and returns how many batches that were. Fails with the first failure,
 * after every site had its turn.
 */
export const makeHandOver = (parts: GatewayParts, options: HandOverOptions): Effect.Effect<number, FlushError> => {
  const { area, sites, store, waiting, signers, siteOf } = parts
  /** Receipts that wait in memory while the disk is full: the engine answers repetitions with the first receipt. */
  const notNoted = new Map<number, Settled>()
  let isOwn = false

  const note = (settled: ReadonlyArray<Settled>) =>
    withStore(() => {
      for (const one of settled) notNoted.set(one.id, one)
      if (notNoted.size === 0) return
      store.settle([...notNoted.values()], wallClock())
      notNoted.clear()
    })

  /** At the first flush: what another key signed, or for another area, is sealed anew. */
  const takeOver = (): void => {
    if (isOwn) return
    if (takeApartForeign(store, area, signers, siteOf)) sealRest(parts)
    isOwn = true
  }

  const flushChain = Effect.fnUntraced(function* (signer: string, uplink: Uplink["Service"], settled: Array<Settled>) {
    const pending = store.pending(signer, FLUSH_LIMIT + notNoted.size).filter(({ id }) => !notNoted.has(id))
    let sent = 0
    for (const batch of pending) {
      const result = yield* Effect.result(uplink.submit(batch.bytes))
      if (result._tag === "Failure") {
        if (!(yield* setAside(parts, batch, result.failure))) return yield* Effect.fail(result.failure)
        // What was taken apart is pending no more; the rest of it was sealed anew.
        return { sent, isMore: true }
      }
      settled.push(yield* check(area, options, batch, result.success))
      options.heardEngine?.(result.success.engineTime)
      if (waiting.all.length > 0) waiting.taken(pointsOf(batch))
      yield* refill(parts, batch, result.success)
      sent++
    }
    return { sent, isMore: sent > 0 }
  })

  /** Chains, not sites, are handed over in order: several members may share one gateway key. */
  const chains = new Map(sites.map(({ signer, uplink }) => [toHex(signer.publicKey), uplink]))
  const flushOnce = Effect.gen(function* () {
    yield* withStore(() => {
      takeOver()
      sealQuestions(parts)
    })
    const settled: Array<Settled> = []
    const results = yield* Effect.forEach([...chains], ([signer, uplink]) => Effect.result(flushChain(signer, uplink, settled)), { concurrency: "unbounded" })
    yield* note(settled)
    for (const result of results) if (result._tag === "Failure") return yield* Effect.fail(result.failure)
    const successes = results.flatMap((result) => (result._tag === "Success" ? [result.success] : []))
    return { sent: successes.reduce((sum, one) => sum + one.sent, 0), isMore: successes.some(({ isMore }) => isMore) }
  })

  return Effect.gen(function* () {
    let sent = 0
    for (;;) {
      const once = yield* flushOnce
      sent += once.sent
      if (!once.isMore) return sent
    }
  })
}
