import { Effect } from "effect"
import { encode } from "../../../engine/core/quantity/codec.ts"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import type { ClockStatus } from "../../../engine/core/metering/evidence.ts"
import type { DeviceClock } from "./device-clock.ts"
import { isLookDue } from "./follow-clock.ts"
import { signedReceipt, type SignedReceipt, type UplinkAnswer } from "../../../engine/core/receipt.ts"
import type { EnvelopeSigner } from "../../../engine/core/seal-envelope.ts"
import { UplinkRefused, type Uplink, type UplinkUnavailable } from "../../../engine/service/ports/driven/uplink.ts"
import { ReceiptRefused, wrongReceipt } from "./check-answer.ts"
import { GatewayStore, type NewReading, type PendingBatch, type Settled, type StoreCounts } from "./gateway-store.ts"
import { HeldReadings } from "./held-readings.ts"
import { batchesToSendAgain } from "./refill.ts"
import { judgePoll, type Polled, type ReadPoint } from "./read-meters.ts"
import { sealBatch, sealDue, type SealRule } from "./seal-batches.ts"
import { StoreError } from "./store-error.ts"
import { openBatch, pointsOf, takeApart, takeApartForeign } from "./take-apart.ts"
import { WaitingPoints } from "./waiting-points.ts"

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
  /** How far the clock that gives reading times can be trusted. */
  readonly clock: () => ClockStatus
  /** Hears the engine's clock, in seconds, as its answers tell it. */
  readonly heardEngine?: (engineTime: number) => void
  /** Seconds that the clock which gives reading times lies ahead of the engine's; undefined where that is not known. */
  readonly ownOffset?: () => number | undefined
  /** Reads the clock of a meter's device at a poll of `time`; undefined where it has none. Never rejects. */
  readonly readClock?: (meteringPoint: string, time: number) => Promise<DeviceClock | undefined>
  /** Whether a receipt carries the engine's signature. */
  readonly isFromEngine: (receipt: SignedReceipt) => Promise<boolean>
  /** Readings held in memory at the most while the store takes none. */
  readonly mostHeld?: number
  readonly waitingPoints?: WaitingPoints
}

/** How many seconds the clock of a meter's device lies ahead of the engine's. */
export interface ClockOffset {
  readonly meteringPoint: string
  readonly seconds: number
}

/** What a poll brought. */
export interface PollSummary {
  readonly readings: number
  readonly withheld: number
  readonly failures: ReadonlyArray<{ readonly meteringPoint: string; readonly message: string }>
  /** Clocks of meters that have something new to tell. */
  readonly clocks: ReadonlyArray<ClockOffset>
  /** Why the readings are only held in memory; undefined where they are stored. */
  readonly notStored: StoreError | undefined
}

/** How a gateway stands, for a status line. */
export interface GatewayStatus extends StoreCounts {
  readonly held: number
  readonly thinned: number
  readonly clock: ClockStatus
  /** Metering points that the engine does not take from this gateway yet: their readings wait in the store. */
  readonly unregistered: ReadonlyArray<string>
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
  /**
   * The clock was wrong and shows `now` at last: what was read at later times, and not handed over, becomes evidence.
   * Returns how many readings those were.
   */
  readonly setBack: (now: number) => Effect.Effect<number, StoreError>
  /** Forgets batches whose receipt is older than the retention. */
  readonly prune: Effect.Effect<number, StoreError>
  readonly status: () => GatewayStatus
}

/** A delivery period: what lies further ahead no engine has taken. */
const PERIOD = 900
/** So many readings of one poll become a batch at once, whatever their raw words. */
const MOST_AT_ONCE = 128
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
  const waiting = options.waitingPoints ?? new WaitingPoints()
  const { clock } = options
  const homes = new Map(sites.flatMap(({ name, points }) => points.map(({ meteringPoint }) => [meteringPoint, name] as const)))
  const siteOf = (meteringPoint: string): string => homes.get(meteringPoint) ?? sites[0]!.name
  const signers = new Set(sites.map(({ signer }) => toHex(signer.publicKey)))
  let isOwn = false

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
    const isAtOnce = seal.seconds === 0 && fresh.length > 0 && fresh.length <= MOST_AT_ONCE && !fresh.some(({ meteringPoint }) => waiting.has(meteringPoint))
    if (!isAtOnce) store.stash(fresh)
    sealDue(store, area, site, seal, clock(), time, waiting.all)
    if (isAtOnce) sealBatch(store, area, site, clock(), fresh)
  }

  /** Of each metering point that waits long enough the oldest reading goes alone, to ask. */
  const sealQuestions = (): void => {
    const due = waiting.takeDue()
    if (due.length === 0) return
    store.transaction(() => {
      for (const site of sites) {
        for (const one of due.filter((point) => siteOf(point) === site.name)) {
          const [oldest] = store.oldestUnsealed(site.name, one)
          if (oldest !== undefined) sealBatch(store, area, site, clock(), [oldest])
        }
      }
    })
  }

  /** Seals what there is, but for metering points that wait. */
  const sealRest = (time: number): void =>
    store.transaction(() => sites.forEach((site) => sealDue(store, area, site, { readings: 1, seconds: 0 }, clock(), time, waiting.all)))

  /** At the first flush: what another key signed, or for another area, is sealed anew. */
  const takeOver = (): void => {
    if (isOwn) return
    if (takeApartForeign(store, area, signers, siteOf)) sealRest(Number.MAX_SAFE_INTEGER)
    isOwn = true
  }

  const poll = async (time: number): Promise<PollSummary> => {
    const due = sites.flatMap(({ name, points }) => points.filter(({ meteringPoint }) => stateOf(meteringPoint).time < time).map((point) => ({ name, point })))
    if (due.length === 0) return { readings: 0, withheld: 0, failures: [], clocks: [], notStored: undefined }
    const clocks = new Map<string, DeviceClock>()
    const readOne = async (meteringPoint: string): Promise<readonly [string, Polled]> => {
      const result = await read(meteringPoint)
      if (options.readClock === undefined || !result.ok || !isLookDue(stateOf(meteringPoint).memory.clock, time)) return [meteringPoint, result]
      const found = await options.readClock(meteringPoint, time)
      if (found !== undefined) clocks.set(meteringPoint, found)
      return [meteringPoint, result]
    }
    const results = new Map(await Promise.all(due.map(({ point: { meteringPoint } }) => readOne(meteringPoint))))
    const ownOffset = options.ownOffset?.()
    const judged = (
      await Promise.all(due.map(({ name, point }) => judgePoll(name, point, time, stateOf(point.meteringPoint).memory, results, read, { device: clocks.get(point.meteringPoint), ownOffset })))
    ).flat()
    const withheld = judged.filter(({ isWithheld }) => isWithheld).length
    return {
      notStored: storeAndSeal(judged, time),
      readings: judged.length - withheld,
      withheld,
      clocks: judged.flatMap(({ meteringPoint, clockOffset }) => (clockOffset === undefined || !clocks.has(meteringPoint) ? [] : [{ meteringPoint, seconds: clockOffset }])),
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
    let sent = 0
    for (const batch of pending) {
      const result = yield* Effect.result(uplink.submit(batch.bytes))
      if (result._tag === "Failure") {
        if (!(yield* setAside(batch, result.failure))) return yield* Effect.fail(result.failure)
        // What was taken apart is pending no more; the rest of it was sealed anew.
        return { sent, isMore: true }
      }
      settled.push(yield* check(batch, result.success))
      options.heardEngine?.(result.success.engineTime)
      if (waiting.all.length > 0) waiting.taken(pointsOf(batch))
      yield* refill(batch, result.success)
      sent++
    }
    return { sent, isMore: sent > 0 }
  })

  /** Readings of metering points that are not registered yet wait unsealed, so that they hold up nobody else's. False for any other failure. */
  const setAside = (batch: PendingBatch, failure: UplinkUnavailable | UplinkRefused) =>
    Effect.try({
      try: () => {
        const places = failure._tag === "UplinkRefused" ? (failure.places ?? []) : []
        if (places.length === 0) return false
        const points = pointsOf(batch)
        const refused = places.flatMap((place) => points[place] ?? [])
        if (refused.length === 0) return false
        waiting.refused(new Set(refused))
        takeApart(store, batch, siteOf)
        sealRest(Number.MAX_SAFE_INTEGER)
        return true
      },
      catch: asStoreError
    })

  /** Chains, not sites, are handed over in order: several members may share one gateway key. */
  const chains = new Map(sites.map(({ signer, uplink }) => [toHex(signer.publicKey), uplink]))
  const flushOnce = Effect.gen(function* () {
    yield* Effect.try({
      try: () => {
        takeOver()
        sealQuestions()
      },
      catch: asStoreError
    })
    const settled: Array<Settled> = []
    const results = yield* Effect.forEach([...chains], ([signer, uplink]) => Effect.result(flushSite(signer, uplink, settled)), { concurrency: "unbounded" })
    yield* note(settled)
    for (const result of results) if (result._tag === "Failure") return yield* Effect.fail(result.failure)
    const successes = results.flatMap((result) => (result._tag === "Success" ? [result.success] : []))
    return { sent: successes.reduce((sum, one) => sum + one.sent, 0), isMore: successes.some(({ isMore }) => isMore) }
  })

  /** What was sealed at times that never were is taken apart first: the engine has kept it out of its log. */
  const setBack = (now: number): number => {
    const limit = now + PERIOD
    for (const signer of signers) {
      const wrong = store.waiting(signer).find((batch) => openBatch(batch).readings.some(({ time }) => time > limit))
      if (wrong !== undefined) takeApart(store, wrong, siteOf)
    }
    const inMemory = held.disbelieve(limit)
    return store.transaction(() => {
      const count = store.disbelieve(limit)
      store.rewind(now)
      return count + inMemory
    }, true)
  }

  return {
    poll: (time) => Effect.promise(() => poll(time)),
    sealAll: (time) =>
      Effect.try({
        try: () => {
          const failure = storeAndSeal([], time)
          if (failure !== undefined) throw failure
          sealRest(time)
        },
        catch: asStoreError
      }),
    flush: Effect.gen(function* () {
      let sent = 0
      for (;;) {
        const once = yield* flushOnce
        sent += once.sent
        if (!once.isMore) return sent
      }
    }),
    setBack: (now) => Effect.try({ try: () => setBack(now), catch: asStoreError }),
    prune: Effect.try({ try: () => store.prune(wallClock() - RETENTION), catch: asStoreError }),
    status: () => ({ ...store.counts(), held: held.size, thinned: held.thinned, clock: clock(), unregistered: waiting.all })
  }
}
