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
  { kind: "SubmitEvidence", clock, evidence: readings.map(({ meteringPoint, sequence, time, flags, raw }) => ({ meteringPoint, sequence, time, flags: [...flags], raw })) }
]

/** Seals readings of one site into the next batch of its signer's chain. Call within a transaction of the store. */
export const sealBatch = (store: GatewayStore, area: string, signer: EnvelopeSigner, clock: ClockStatus, readings: ReadonlyArray<StoredReading>): void => {
  const chain = toHex(signer.publicKey)
  const bytes = sealEnvelope(signer, area, commandsOf(store.lastBatch(chain), clock, readings))
  store.keep({ signer: chain, bytes, hash: new Uint8Array(createHash("sha256").update(bytes).digest()), readings })
}

/** Seals what is due of a site's stored readings. Call within a transaction of the store. */
export const sealDue = (store: GatewayStore, area: string, { name, signer }: SealedSite, rule: SealRule, clock: ClockStatus, time: number): void => {
  for (;;) {
    const readings = store.unsealed(name, MOST_READINGS)
    const isDue = readings.length > 0 && (readings.length >= rule.readings || time - readings[0]!.time >= rule.seconds)
    if (!isDue) return
    sealBatch(store, area, signer, clock, readings)
  }
}
