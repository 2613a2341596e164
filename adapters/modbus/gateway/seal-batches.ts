import { createHash } from "node:crypto"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import type { Command } from "../../../engine/core/command.ts"
import type { ClockStatus } from "../../../engine/core/metering/evidence.ts"
import { sealEnvelope, type EnvelopeSigner } from "../../../engine/core/seal-envelope.ts"
import type { GatewayStore, StoredReading } from "./gateway-store.ts"

/** When readings become a batch: as soon as there are so many, or the oldest waits so long. */
export interface SealRule {
  readonly readings: number
  /** Seconds; 0 seals at every poll. */
  readonly seconds: number
}

/** Readings of one batch at the most: with raw words still half of what an engine takes. */
export const MOST_READINGS = 1_024

/** Bytes of one batch's readings at the most, as they are counted here: half of what an engine takes. */
const MOST_BYTES = 256 * 1_024
/** What a reading takes besides its raw words: names twice, numbers, flags. */
const BYTES_OF_READING = 160

/** What signs and bounds one member's batches. */
export interface SealedSite {
  readonly name: string
  readonly signer: EnvelopeSigner
}

const commandsOf = (previousBatch: Uint8Array, clock: ClockStatus, readings: ReadonlyArray<StoredReading>): Array<Command> => [
  {
    kind: "SubmitReadings",
    previousBatch,
    readings: readings.filter(({ sequence }) => sequence > 0).map(({ meteringPoint, sequence, time, registerWh, powerW }) => ({ meteringPoint, sequence, time, registerWh, powerW }))
  },
  { kind: "SubmitEvidence", clock, evidence: readings.map(({ meteringPoint, sequence, time, flags, raw }) => ({ meteringPoint, sequence, time, flags: [...flags], raw })) },
  ...readings.flatMap(({ meteringPoint, time, clockOffset }) => (clockOffset === undefined ? [] : [{ kind: "ReportClock" as const, meteringPoint, time, offset: clockOffset }]))
]

/** As many of the oldest readings as one batch may hold. */
const fitting = (readings: ReadonlyArray<StoredReading>): ReadonlyArray<StoredReading> => {
  let size = 0
  const end = readings.findIndex(({ raw }) => (size += raw.length + BYTES_OF_READING) > MOST_BYTES)
  return end === -1 ? readings : readings.slice(0, Math.max(1, end))
}

/** Seals readings of one site into the next batch of its signer's chain. Call within a transaction of the store. */
export const sealBatch = (store: GatewayStore, area: string, { name: site, signer }: SealedSite, clock: ClockStatus, readings: ReadonlyArray<StoredReading>): void => {
  const chain = toHex(signer.publicKey)
  const bytes = sealEnvelope(signer, area, commandsOf(store.lastBatch(chain), clock, readings))
  store.keep({ site, signer: chain, bytes, hash: new Uint8Array(createHash("sha256").update(bytes).digest()), readings })
}

/** Seals what is due of a site's stored readings, but for metering points that `waiting` names. Call within a transaction of the store. */
export const sealDue = (store: GatewayStore, area: string, site: SealedSite, rule: SealRule, clock: ClockStatus, time: number, waiting: ReadonlyArray<string> = []): void => {
  for (;;) {
    const readings = store.unsealed(site.name, MOST_READINGS, waiting)
    const isDue = readings.length > 0 && (readings.length >= rule.readings || time - readings[0]!.time >= rule.seconds)
    if (!isDue) return
    sealBatch(store, area, site, clock, fitting(readings))
  }
}
