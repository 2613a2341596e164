import { Effect } from "effect"
import { encode } from "../../../engine/core/quantity/codec.ts"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import type { ClockStatus } from "../../../engine/core/metering/evidence.ts"
import { signedReceipt, type SignedReceipt, type UplinkAnswer } from "../../../engine/core/receipt.ts"
import type { EnvelopeSigner } from "../../../engine/core/seal-envelope.ts"
import type { Uplink, UplinkRefused, UplinkUnavailable } from "../../../engine/service/ports/driven/uplink.ts"
import { ReceiptRefused, wrongReceipt } from "./check-answer.ts"
import { GatewayStore, type NewReading, type PendingBatch, type Settled, type StoreCounts } from "./gateway-store.ts"
import { HeldReadings } from "./held-readings.ts"
import { batchesToSendAgain } from "./refill.ts"
import { judgePoll, type Polled, type ReadPoint } from "./read-meters.ts"
import { MOST_READINGS, sealBatch, sealDue, type SealRule } from "./seal-batches.ts"
import { StoreError } from "./store-error.ts"

/** A member's home: its signer, its way to the engine, its metering points. One reading batch concerns one member only. */
export interface Site {
  readonly name: string
  readonly signer: EnvelopeSigner
  readonly uplink: Uplink["Service"]
  readonly points: ReadonlyArray<ReadPoint>
}

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly area: string
  readonly sites: ReadonlyArray<Site>
  readonly store: GatewayStore
  /** Reads one meter, at once; never rejects for a device. */
  readonly read: (meteringPoint: string) => Promise<Polled>
  readonly seal: SealRule
  /** How far the clock that gives reading times can be trusted; `engineOffset` is its distance from the engine's, once known. */
  readonly clock: (engineOffset: number | undefined) => ClockStatus
  /** Whether a receipt carries the engine's signature. */
  readonly isFromEngine: (receipt: SignedReceipt) => Promise<boolean>
  /** Readings held in memory at the most while the store takes none. */
  readonly mostHeld?: number
}

/** What a poll brought. */
export interface PollSummary {
  readonly readings: number
  readonly withheld: number
  readonly failures: ReadonlyArray<{ readonly meteringPoint: string; readonly message: string }>
  /** Why the readings are only held in memory; undefined where they are stored. */
  readonly notStored: StoreError | undefined
}

/** How a gateway stands, for a status line. */
export interface GatewayStatus extends StoreCounts {
  readonly held: number
  readonly thinned: number
  readonly clock: ClockStatus
}

/** Why a flush did not hand over everything. */
export type FlushError = UplinkUnavailable | UplinkRefused | ReceiptRefused | StoreError

/** Reads meters, signs reading batches in a hash chain and keeps each until the engine's signed receipt, and seven days. */
export interface Gateway {
  /** Reads every meter that has no reading of time `time` yet, and seals what is due. */
  readonly poll: (time: number) => Effect.Effect<PollSummary>
  /** Seals what there is, due or not: before a shutdown. */
  readonly sealAll: (time: number) => Effect.Effect<void, StoreError>
  /** Hands over what waits, site by site at once, and returns how many batches that were. Fails with the first failure, after every site had its turn. */
  readonly flush: Effect.Effect<number, FlushError>
  /** Forgets batches whose receipt is older than the retention. */
  readonly prune: Effect.Effect<number, StoreError>
  readonly status: () => GatewayStatus
}

/** Batches taken from the store at once. */
const FLUSH_LIMIT = 64
/** Batches are kept at least seven days after their receipt, so that an engine restored from a backup can ask again. */
const RETENTION = 7 * 86_400

const wallClock = (): number => Math.floor(Date.now() / 1_000)
const asStoreError = (cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  throw cause
}

/** A gateway over polled meters. */
export const makeGateway = (options: GatewayOptions): Gateway => {
  const { area, sites, store, seal, read } = options
  const held = new HeldReadings(options.mostHeld)
  const settledWhileFull = new Map<number, Settled>()
  let engineOffset: number | undefined
  const clock = (): ClockStatus => options.clock(engineOffset)

  const stateOf = (meteringPoint: string) => held.lastOf(meteringPoint) ?? store.meter(meteringPoint)

  /** All or nothing: what memory holds, then the new readings, then the batches that are due. */
  const storeAndSeal = (readings: ReadonlyArray<NewReading>, time: number): StoreError | undefined => {
    held.add(readings)
    try {
      store.transaction(() => {
        const fresh = Map.groupBy(store.assign(held.all), ({ site }) => site)
        for (const site of sites) storeSite(site, fresh.get(site.name) ?? [], time)
      })
      held.clear()
      return undefined
    } catch (cause) {
      return asStoreError(cause)
    }
  }

  const storeSite = (site: Site, fresh: ReturnType<GatewayStore["assign"]>, time: number): void => {
    // Readings that become a batch at once need no place of their own, unless older ones wait.
    const isAtOnce = seal.seconds === 0 && fresh.length > 0 && fresh.length <= MOST_READINGS
    if (!isAtOnce) store.stash(fresh)
    sealDue(store, area, site, seal, clock(), time)
    if (isAtOnce) sealBatch(store, area, site.signer, clock(), fresh)
  }

  const poll = async (time: number): Promise<PollSummary> => {
    const due = sites.flatMap(({ name, points }) => points.filter(({ meteringPoint }) => stateOf(meteringPoint).time < time).map((point) => ({ name, point })))
    if (due.length === 0) return { readings: 0, withheld: 0, failures: [], notStored: undefined }
    const results = new Map(await Promise.all(due.map(async ({ point: { meteringPoint } }) => [meteringPoint, await read(meteringPoint)] as const)))
    const judged = (await Promise.all(due.map(({ name, point }) => judgePoll(name, point, time, stateOf(point.meteringPoint).memory, results, read)))).flat()
    const withheld = judged.filter(({ isWithheld }) => isWithheld).length
    return {
      notStored: storeAndSeal(judged, time),
      readings: judged.length - withheld,
      withheld,
      failures: [...results.values()].flatMap((result) => (result.ok ? [] : [{ meteringPoint: result.meteringPoint, message: result.error.message }]))
    }
  }

  const check = Effect.fnUntraced(function* ({ id, hash }: PendingBatch, { receipt: signed }: UplinkAnswer): Effect.fn.Return<Settled, ReceiptRefused> {
    const wrong = wrongReceipt(signed, area, hash)
    if (wrong !== undefined) return yield* new ReceiptRefused({ reason: wrong })
    if (!(yield* Effect.promise(() => options.isFromEngine(signed)))) return yield* new ReceiptRefused({ reason: "its signature is not the engine's" })
    return { id, receipt: encode(signedReceipt, signed), isRefused: signed.receipt.verdict !== "Accepted" }
  })

  /** Notes receipts; while the disk is full they wait in memory, and the engine answers repetitions with the first receipt. */
  const note = (settled: ReadonlyArray<Settled>) =>
    Effect.try({
      try: () => {
        for (const one of settled) settledWhileFull.set(one.id, one)
        if (settledWhileFull.size === 0) return
        store.settle([...settledWhileFull.values()], wallClock())
        settledWhileFull.clear()
      },
      catch: asStoreError
    })

  /** Lets wait again what the engine asks for; metering points are named by their place in the batch. */
  const refill = (batch: PendingBatch, { refill: requests }: UplinkAnswer) =>
    Effect.try({
      try: () => {
        if (requests.length === 0) return
        const found = batchesToSendAgain(batch, requests, store.received(batch.signer))
        if (found.length > 0) store.sendAgain(found)
      },
      catch: asStoreError
    })

  const flushSite = Effect.fnUntraced(function* (signer: string, uplink: Uplink["Service"], settled: Array<Settled>) {
    const pending = store.pending(signer, FLUSH_LIMIT + settledWhileFull.size).filter(({ id }) => !settledWhileFull.has(id))
    for (const batch of pending) {
      const answer = yield* uplink.submit(batch.bytes)
      const own = wallClock()
      settled.push(yield* check(batch, answer))
      engineOffset = own - answer.engineTime
      yield* refill(batch, answer)
    }
    return pending.length
  })

  /** Chains, not sites, are handed over in order: several members may share one gateway key. */
  const chains = new Map(sites.map(({ signer, uplink }) => [toHex(signer.publicKey), uplink]))
  const flushOnce = Effect.gen(function* () {
    const settled: Array<Settled> = []
    const results = yield* Effect.forEach([...chains], ([signer, uplink]) => Effect.result(flushSite(signer, uplink, settled)), { concurrency: "unbounded" })
    yield* note(settled)
    for (const result of results) if (result._tag === "Failure") return yield* Effect.fail(result.failure)
    return results.reduce((sum, result) => sum + (result._tag === "Success" ? result.success : 0), 0)
  })

  return {
    poll: (time) => Effect.promise(() => poll(time)),
    sealAll: (time) =>
      Effect.try({
        try: () => {
          const failure = storeAndSeal([], time)
          if (failure !== undefined) throw failure
          store.transaction(() => sites.forEach((site) => sealDue(store, area, site, { readings: 1, seconds: 0 }, clock(), time)))
        },
        catch: asStoreError
      }),
    flush: Effect.gen(function* () {
      let sent = 0
      for (;;) {
        const count = yield* flushOnce
        if (count === 0) return sent
        sent += count
      }
    }),
    prune: Effect.try({ try: () => store.prune(wallClock() - RETENTION), catch: asStoreError }),
    status: () => ({ ...store.counts(), held: held.size, thinned: held.thinned, clock: clock() })
  }
}
