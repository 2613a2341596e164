import { decode } from "../../../engine/core/quantity/codec.ts"
import type { Command } from "../../../engine/core/command.ts"
import { decodePayload, domainOf, envelope } from "../../../engine/core/envelope.ts"
import type { Reading } from "../../../engine/core/metering/reading.ts"
import type { GatewayStore, PendingBatch, StoredReading } from "./gateway-store.ts"

const commandsOf = ({ bytes }: PendingBatch): Array<Command> => decodePayload(decode(envelope, bytes).signed.payload)

/** The metering points of a batch by place: of its readings, then of their evidence, then of words on clocks. */
export const pointsOf = (batch: PendingBatch): Array<string> =>
  commandsOf(batch).flatMap((command) => {
    if (command.kind === "SubmitReadings") return command.readings.map(({ meteringPoint }) => meteringPoint)
    if (command.kind === "SubmitEvidence") return command.evidence.map(({ meteringPoint }) => meteringPoint)
    return command.kind === "ReportClock" ? [command.meteringPoint] : []
  })

/** Readings and withheld evidence of a batch as the store held them before it was sealed, and the batch before it in its chain. */
export const openBatch = (batch: PendingBatch): { readonly previousBatch: Uint8Array; readonly readings: Array<StoredReading> } => {
  const commands = commandsOf(batch)
  const submitted = commands.find((command) => command.kind === "SubmitReadings")
  const offsets = new Map<string, number>(commands.flatMap((command) => (command.kind === "ReportClock" ? [[`${command.meteringPoint}/${command.time}`, command.offset] as const] : [])))
  const bySequence = new Map<string, Reading>((submitted?.readings ?? []).map((reading) => [`${reading.meteringPoint}/${reading.sequence}`, reading]))
  const evidence = commands.flatMap((command) => (command.kind === "SubmitEvidence" ? command.evidence : []))
  const told = new Set(evidence.map(({ meteringPoint, sequence }) => `${meteringPoint}/${sequence}`))
  const silent = (submitted?.readings ?? []).filter(({ meteringPoint, sequence }) => !told.has(`${meteringPoint}/${sequence}`))
  const takeOffset = (meteringPoint: string, time: number): number | undefined => {
    const name = `${meteringPoint}/${time}`
    const offset = offsets.get(name)
    offsets.delete(name)
    return offset
  }
  return {
    previousBatch: submitted?.previousBatch ?? new Uint8Array(),
    readings: [
      // The last entry of a metering point and time carries the word on its clock, as it did in the store.
      ...evidence.toReversed().map(({ meteringPoint, sequence, time, flags, raw }): StoredReading => {
        const { registerWh = 0, powerW = 0 } = bySequence.get(`${meteringPoint}/${sequence}`) ?? {}
        return { id: 0, meteringPoint, sequence, time, registerWh, powerW, flags, raw, clockOffset: takeOffset(meteringPoint, time) }
      }).toReversed(),
      ...silent.map(({ meteringPoint, sequence, time, registerWh, powerW }): StoredReading =>
        ({ id: 0, meteringPoint, sequence, time, registerWh, powerW, flags: [], raw: new Uint8Array(), clockOffset: takeOffset(meteringPoint, time) }))
    ]
  }
}

/** Whether a batch is signed for another area than this one. */
const isForeign = ({ bytes }: PendingBatch, area: string): boolean => decode(envelope, bytes).signed.domain !== domainOf(area)

/** Batches that are taken apart in one transaction. */
const AT_ONCE = 64

/**
 * Puts a signer's batches from `from` on, none of which reached the log, back into their readings, the newest first: so
 * the chain never names a batch that is not there, also where this is broken off. `siteOf` tells the site of a metering
 * point for batches that an earlier release kept. One that was asked for again rests instead: it was journaled.
 */
export const takeApart = (store: GatewayStore, from: PendingBatch, siteOf: (meteringPoint: string) => string): void => {
  if (from.isRefill === true) return store.transaction(() => store.rest(from.id), true)
  for (;;) {
    const batches = store.newestPending(from.signer, from.id, AT_ONCE)
    if (batches.length === 0) return
    store.transaction(() => {
      for (const batch of batches) {
        const { previousBatch, readings } = openBatch(batch)
        store.takeBack(batch, previousBatch, readings.map((reading) => ({ ...reading, site: batch.site ?? siteOf(reading.meteringPoint) })))
      }
    }, true)
  }
}

/** Takes apart what was sealed by another key or for another area than the present ones, for it to be sealed anew. True where there was something. */
export const takeApartForeign = (store: GatewayStore, area: string, signers: ReadonlySet<string>, siteOf: (meteringPoint: string) => string): boolean => {
  let isAny = false
  for (const signer of store.pendingSigners()) {
    for (;;) {
      const [first] = store.pending(signer, 1)
      if (first === undefined || (signers.has(signer) && !isForeign(first, area))) break
      takeApart(store, first, siteOf)
      isAny = true
    }
  }
  return isAny
}
