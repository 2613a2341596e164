import { createHash } from "node:crypto"
import { Effect, Schema } from "effect"
import { equalBytes, toHex } from "../../../engine/core/quantity/bytes.ts"
import { sealEnvelope, type EnvelopeSigner } from "../../../engine/core/seal-envelope.ts"
import type { Reading } from "../../../engine/core/metering/reading.ts"
import type { SignedReceipt } from "../../../engine/core/receipt.ts"
import { Uplink, type UplinkUnavailable } from "../../../engine/service/ports/driven/uplink.ts"
import type { PollResult } from "../poller/meter-poller.ts"
import { GatewayStore, type KeptBatch } from "./gateway-store.ts"

/** A receipt that is not the engine's, or not for what was sent: the batch is kept. */
export class ReceiptRefused extends Schema.TaggedError<ReceiptRefused>()("ReceiptRefused", { reason: Schema.String }) {}

/** A member's home: its signer and its metering points. One reading batch concerns one member only. */
export interface Site {
  readonly signer: EnvelopeSigner
  readonly meteringPoints: ReadonlyArray<string>
}

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly area: string
  readonly sites: ReadonlyArray<Site>
  readonly store: GatewayStore
  readonly pollAll: () => Promise<ReadonlyArray<PollResult>>
  /** Whether a receipt carries the engine's signature. */
  readonly isFromEngine: (receipt: SignedReceipt) => Promise<boolean>
}

/** What a poll brought. */
export interface PollSummary {
  readonly readings: number
  readonly failures: ReadonlyArray<{ readonly meteringPoint: string; readonly message: string }>
}

/** Batches sent to the engine at once. */
const FLUSH_LIMIT = 256

/** Reads meters, signs reading batches in a hash chain and keeps each until the engine's signed receipt is here. */
export interface Gateway {
  /** Reads every meter that has no reading of market time `time` yet. */
  readonly poll: (time: number) => Effect.Effect<PollSummary>
  /** Sends what waits until nothing waits, and returns how many batches that were. */
  readonly flush: Effect.Effect<number, UplinkUnavailable | ReceiptRefused, Uplink>
}

/** A gateway over polled meters. */
export const makeGateway = (options: GatewayOptions): Gateway => ({
  poll: (time) => Effect.promise(() => poll(options, time)),
  flush: Effect.gen(function* () {
    let sent = 0
    for (;;) {
      const count = yield* flushOnce(options)
      if (count === 0) return sent
      sent += count
    }
  })
})

const poll = async ({ area, sites, store, pollAll }: GatewayOptions, time: number): Promise<PollSummary> => {
  const wanted = new Set(sites.flatMap(({ meteringPoints }) => meteringPoints).filter((point) => store.meter(point).time < time))
  if (wanted.size === 0) return { readings: 0, failures: [] }
  const results = new Map((await pollAll()).map((result) => [result.meteringPoint, result]))
  const batches = sites.flatMap(({ signer, meteringPoints }): Array<KeptBatch> => {
    const readings = meteringPoints.filter((point) => wanted.has(point)).flatMap((point) => readingOf(store, time, results.get(point)))
    return readings.length === 0 ? [] : [sealBatch(area, store, signer, readings)]
  })
  store.keep(batches)
  return {
    readings: batches.reduce((sum, { readings }) => sum + readings.length, 0),
    failures: [...results.values()].flatMap((result) => (result.ok ? [] : [{ meteringPoint: result.meteringPoint, message: result.error.message }]))
  }
}

const readingOf = (store: GatewayStore, time: number, result: PollResult | undefined): ReadonlyArray<Reading> => {
  if (result === undefined || !result.ok) return []
  const { meteringPoint, reading } = result
  return [{ meteringPoint, sequence: store.meter(meteringPoint).sequence + 1, time, registerWh: reading.registerWh, powerW: reading.powerW }]
}

const sealBatch = (area: string, store: GatewayStore, signer: EnvelopeSigner, readings: ReadonlyArray<Reading>): KeptBatch => {
  const name = toHex(signer.publicKey)
  const bytes = sealEnvelope(signer, area, [{ kind: "SubmitReadings", previousBatch: store.lastBatch(name), readings: [...readings] }])
  return { signer: name, bytes, hash: new Uint8Array(createHash("sha256").update(bytes).digest()), readings }
}

const flushOnce = Effect.fnUntraced(function* ({ store, isFromEngine }: GatewayOptions) {
  const pending = store.pending(FLUSH_LIMIT)
  if (pending.length === 0) return 0
  const uplink = yield* Uplink
  const receipts = yield* uplink.submit(pending.map(({ bytes }) => bytes))
  for (const [index, { hash }] of pending.entries()) {
    const signed = receipts[index]
    if (signed === undefined || !equalBytes(signed.receipt.recordHash, hash)) return yield* new ReceiptRefused({ reason: "it names another record" })
    if (!(yield* Effect.promise(() => isFromEngine(signed)))) return yield* new ReceiptRefused({ reason: "its signature is not the engine's" })
  }
  store.forget(pending.map(({ id }) => id))
  return pending.length
})
