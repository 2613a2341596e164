import { Effect } from "effect"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import type { ClockStatus } from "../../../engine/core/metering/evidence.ts"
import type { EnvelopeSigner } from "../../../engine/core/seal-envelope.ts"
import type { Uplink } from "../../../engine/service/ports/driven/uplink.ts"
import type { GatewayStore } from "./gateway-store.ts"
import { HeldReadings } from "./held-readings.ts"
import type { ReadPoint } from "./read-meters.ts"
import type { SealRule } from "./seal-batches.ts"
import { StoreError } from "./store-error.ts"
import { WaitingPoints } from "./waiting-points.ts"

/** A member's home: its signer, its way to the engine, its metering points. One reading batch concerns one member only. */
export interface Site {
  readonly name: string
  readonly signer: EnvelopeSigner
  readonly uplink: Uplink["Service"]
  readonly points: ReadonlyArray<ReadPoint>
}

/** Whose readings a gateway keeps, where, and when they become batches. */
export interface KeepOptions {
  readonly area: string
  readonly sites: ReadonlyArray<Site>
  readonly store: GatewayStore
  readonly seal: SealRule
  /** How far the clock that gives reading times can be trusted. */
  readonly clock: () => ClockStatus
  /** Readings held in memory at the most while the store takes none. */
  readonly mostHeld?: number
  readonly waitingPoints?: WaitingPoints
}

/** What polling, sealing and handing over share. */
export interface GatewayParts extends Pick<KeepOptions, "area" | "sites" | "store" | "seal" | "clock"> {
  readonly held: HeldReadings
  readonly waiting: WaitingPoints
  /** Public keys of the sites, in hex. */
  readonly signers: ReadonlySet<string>
  /** Name of the site of a metering point; of one that nobody knows any more, the first. */
  readonly siteOf: (meteringPoint: string) => string
}

export const partsOf = ({ area, sites, store, seal, clock, mostHeld, waitingPoints }: KeepOptions): GatewayParts => {
  const homes = new Map(sites.flatMap(({ name, points }) => points.map(({ meteringPoint }) => [meteringPoint, name] as const)))
  return {
    area,
    sites,
    store,
    seal,
    clock,
    held: new HeldReadings(mostHeld),
    waiting: waitingPoints ?? new WaitingPoints(),
    signers: new Set(sites.map(({ signer }) => toHex(signer.publicKey))),
    siteOf: (meteringPoint) => homes.get(meteringPoint) ?? sites[0]!.name
  }
}

/** Seconds since 1970 by the machine's own clock, by which receipts are kept. */
export const wallClock = (): number => Math.floor(Date.now() / 1_000)

/** A failure of the store as itself; anything else is a defect and goes on. */
export const asStoreError = (cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  throw cause
}

/** What is done with the store, and may fail as it does. */
export const withStore = <A>(action: () => A): Effect.Effect<A, StoreError> => Effect.try({ try: action, catch: asStoreError })
