import { equalBytes } from "../../core/quantity/bytes.ts"
import type { PositionedRecord } from "../../core/envelope.ts"
import type { MeteringPoint } from "../../core/metering/metering-point.ts"
import { SEQUENCE_WINDOW } from "../../core/metering/sequence-window.ts"
import type { RefillRequest } from "../../core/receipt.ts"
import type { AreaState } from "../../core/state.ts"

/** Sequences behind the highest one that are missing and can still be taken, as ranges in rising order. */
export const missingSequences = ({ highestSequence, sequenceWindow }: Pick<MeteringPoint, "highestSequence" | "sequenceWindow">): Array<{ from: number; to: number }> => {
  const ranges: Array<{ from: number; to: number }> = []
  for (let behind = Math.min(SEQUENCE_WINDOW - 1, highestSequence - 1); behind > 0; behind--) {
    if ((sequenceWindow & ((1 << behind) >>> 0)) !== 0) continue
    const sequence = highestSequence - behind
    const last = ranges.at(-1)
    if (last !== undefined && last.to === sequence - 1) last.to = sequence
    else ranges.push({ from: sequence, to: sequence })
  }
  return ranges
}

/**
 * What to ask a gateway for again, once its batch is journaled: the missing sequences of every metering point that
 * the batch names and that is the gateway's. It is told from the state as it is now, so that a repeated batch hears
 * what is still missing and not what once was.
 */
export const refillFor = (state: AreaState, { signer, commands }: PositionedRecord): Array<RefillRequest> => {
  const readings = commands.flatMap((command) => (command.kind === "SubmitReadings" ? command.readings : []))
  const firstOf = new Map<string, number>()
  for (const [index, { meteringPoint }] of readings.entries()) if (!firstOf.has(meteringPoint)) firstOf.set(meteringPoint, index)
  return [...firstOf].flatMap(([meteringPoint, reading]) => {
    const point = state.metering.points.get(meteringPoint)
    if (point === undefined || !equalBytes(point.gatewayKey, signer)) return []
    return missingSequences(point).map(({ from, to }) => ({ reading, from, to }))
  })
}
