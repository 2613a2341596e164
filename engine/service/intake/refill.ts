import { equalBytes } from "../../core/quantity/bytes.ts"
import type { PositionedRecord } from "../../core/envelope.ts"
import type { RefillRequest } from "../../core/receipt.ts"
import type { AreaState } from "../../core/state.ts"

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
    return point.sequences.missing.map(({ from, to }) => ({ reading, from, to }))
  })
}
