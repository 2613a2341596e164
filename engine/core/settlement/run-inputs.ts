import { sha256 } from "@noble/hashes/sha2.js"
import { encode, list, optional, struct, text, unsigned, type Infer } from "../quantity/codec.ts"
import { direction, intervalValue } from "../metering/metering-point.ts"
import { trade } from "../market/order.ts"
import { tariff } from "../tariff/tariff.ts"
import { previousVersion } from "./previous-version.ts"

/**
 * A metering point as a run sees it: values in the order of `periods`, with quality and version of each. Where there is
 * no value, as before a point was registered, it is 0 Wh, missing, version 0.
 */
const runPoint = struct({
  meteringPoint: text,
  member: text,
  direction,
  values: list(intervalValue)
})
export type RunPoint = Infer<typeof runPoint>

/**
 * Everything that a settlement run depends on, complete and in canonical order: points by id, periods and trades
 * ascending. Whoever has the same inputs computes the same run (design, decision 2).
 */
export const runInputs = struct({
  area: text,
  community: text,
  settlementPeriod: text,
  version: unsigned,
  /** Position in the area's log of the tick that made the run due: later records are not part of it. */
  logPosition: unsigned,
  tariff,
  /** Starts of the delivery periods, ascending. */
  periods: list(unsigned),
  /** Points that have a value in the settlement period. */
  points: list(runPoint),
  trades: list(trade),
  /** Of every version but the first. */
  previous: optional(previousVersion)
})
export type RunInputs = Infer<typeof runInputs>

/** SHA-256 of the canonical inputs: the name of the input set. */
export const hashInputs = (inputs: RunInputs): Uint8Array => sha256(encode(runInputs, inputs))

const runName = struct({ community: text, settlementPeriod: text, version: unsigned, inputsHash: list(unsigned) })

/** runId = SHA-256(community, settlement period, version, inputsHash). */
export const runIdOf = (inputs: RunInputs, inputsHash: Uint8Array): Uint8Array =>
  sha256(
    encode(runName, {
      community: inputs.community,
      settlementPeriod: inputs.settlementPeriod,
      version: inputs.version,
      inputsHash: [...inputsHash]
    })
  )
