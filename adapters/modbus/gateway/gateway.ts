import { Effect } from "effect"
import type { ClockStatus } from "../../../engine/core/metering/evidence.ts"
import { partsOf, wallClock, withStore, type KeepOptions } from "./gateway-parts.ts"
import type { StoreCounts } from "./gateway-store.ts"
import { makeHandOver, type FlushError, type HandOverOptions } from "./hand-over.ts"
import { pollMeters, type PollOptions, type PollSummary } from "./poll-meters.ts"
import { setBack } from "./set-back.ts"
import type { StoreError } from "./store-error.ts"
import { sealRest, storeAndSeal } from "./store-polled.ts"

/** What a gateway is made of. */
export interface GatewayOptions extends KeepOptions, PollOptions, HandOverOptions {}

/** How a gateway stands, for a status line. */
export interface GatewayStatus extends StoreCounts {
  readonly held: number
  readonly thinned: number
  readonly clock: ClockStatus
  /** Metering points that the engine does not take from this gateway yet: their readings wait in the store. */
  readonly unregistered: ReadonlyArray<string>
}

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

/** Batches are kept at least seven days after their receipt, so that an engine restored from a backup can ask again. */
const RETENTION = 7 * 86_400

/** A gateway over polled meters. */
export const makeGateway = (options: GatewayOptions): Gateway => {
  const parts = partsOf(options)
  const { store, held, waiting, clock } = parts
  return {
    poll: (time) => Effect.promise(() => pollMeters(parts, options, time)),
    sealAll: (time) =>
      withStore(() => {
        const failure = storeAndSeal(parts, [], time)
        if (failure !== undefined) throw failure
        sealRest(parts)
      }),
    flush: makeHandOver(parts, options),
    setBack: (now) => withStore(() => setBack(parts, now)),
    prune: withStore(() => store.prune(wallClock() - RETENTION)),
    status: () => ({ ...store.counts(), held: held.size, thinned: held.thinned, clock: clock(), unregistered: waiting.all })
  }
}
