import { sha256 } from "@noble/hashes/sha2.js"
import { decode, encode, struct, unsigned, type Infer } from "./quantity/codec.ts"
import { EMPTY_FOLD, foldBytes, foldToHex, type HashLanes } from "./quantity/hash-fold.ts"
import { CanonicalWriter } from "./quantity/canonical-writer.ts"
import { emptyGrid, gridState } from "./grid/area.ts"
import { tariffState } from "./tariff/tariff.ts"
import { accountState, emptyAccounts } from "./account/member.ts"
import { emptyMetering, meteringState } from "./metering/metering-point.ts"
import { preferenceState } from "./preference/preference.ts"
import { emptyMarket, marketState } from "./market/market-state.ts"
import { emptySettlement, settlementState } from "./settlement/record-run.ts"
import { event, type Event } from "./event.ts"

const hashLanes = struct({ a: unsigned, b: unsigned, c: unsigned, d: unsigned })

/** Everything that `step` remembers of a grid area: a cache of the journal, never its source. */
export const areaState = struct({
  /** Position of the last record applied, plus one: where the next is expected. */
  nextPosition: unsigned,
  fold: hashLanes,
  grid: gridState,
  tariffs: tariffState,
  accounts: accountState,
  metering: meteringState,
  preferences: preferenceState,
  market: marketState,
  settlement: settlementState
})
export type AreaState = Infer<typeof areaState>

const lanes = ([a, b, c, d]: HashLanes) => ({ a, b, c, d })

/** The state before the first record. */
export const emptyState = (): AreaState => ({
  nextPosition: 0,
  fold: lanes(EMPTY_FOLD),
  grid: emptyGrid(),
  tariffs: new Map(),
  accounts: emptyAccounts(),
  metering: emptyMetering(),
  preferences: new Map(),
  market: emptyMarket(),
  settlement: emptySettlement()
})

const writer = new CanonicalWriter()

/** Folds one record's position and events into the state hash: once per record, never per batch. */
export const foldRecord = (state: AreaState, position: number, events: ReadonlyArray<Event>): void => {
  writer.reset()
  writer.unsigned(position)
  for (const one of events) event.write(writer, one)
  const { a, b, c, d } = state.fold
  state.fold = lanes(foldBytes([a, b, c, d], writer.view()))
}

/** The 128-bit state hash: equal for live, replay from genesis, and snapshot + tail (design, decision 4). */
export const stateHash = (state: AreaState): string => {
  const { a, b, c, d } = state.fold
  return foldToHex([a, b, c, d])
}

/** Canonical bytes of the state, for snapshots. */
export const encodeState = (state: AreaState): Uint8Array => encode(areaState, state)

/** The state of a snapshot's bytes; throws NotCanonical on anything else. */
export const decodeState = (bytes: Uint8Array): AreaState => decode(areaState, bytes)

/** SHA-256 of the canonical state, stored beside a snapshot and checked when it is read. */
export const snapshotHash = (bytes: Uint8Array): Uint8Array => sha256(bytes)
