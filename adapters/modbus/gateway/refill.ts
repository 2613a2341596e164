import { decode } from "../../../engine/core/quantity/codec.ts"
import { decodePayload, envelope } from "../../../engine/core/envelope.ts"
import type { Reading } from "../../../engine/core/metering/reading.ts"
import type { RefillRequest } from "../../../engine/core/receipt.ts"
import type { PendingBatch } from "./gateway-store.ts"

const readingsOf = ({ bytes }: PendingBatch): Array<Reading> =>
  decodePayload(decode(envelope, bytes).signed.payload).flatMap((command) => (command.kind === "SubmitReadings" ? command.readings : []))

/** Batches looked through for one request: about a day of a busy gateway. Requests are rare, and name what is recent. */
const MOST_LOOKED_AT = 5_000

/**
 * Ids of stored batches that hold what the engine asks for in its answer to `answered`; `received` are those that have
 * their receipt, newest first. Sequences fall on the way back, so the search ends below the lowest one wanted.
 */
export const batchesToSendAgain = (answered: PendingBatch, requests: ReadonlyArray<RefillRequest>, received: Iterable<PendingBatch>): Array<number> => {
  const own = readingsOf(answered)
  const wanted = requests.flatMap(({ reading, from, to }) => {
    const meteringPoint = own[reading]?.meteringPoint
    return meteringPoint === undefined ? [] : [{ meteringPoint, from, to }]
  })
  const open = new Map<string, number>()
  for (const { meteringPoint, from } of wanted) open.set(meteringPoint, Math.min(from, open.get(meteringPoint) ?? from))
  const found: Array<number> = []
  let lookedAt = 0
  for (const batch of received) {
    if (open.size === 0 || ++lookedAt > MOST_LOOKED_AT) break
    const readings = readingsOf(batch)
    if (readings.some((one) => wanted.some(({ meteringPoint, from, to }) => one.meteringPoint === meteringPoint && one.sequence >= from && one.sequence <= to))) found.push(batch.id)
    for (const { meteringPoint, sequence } of readings) if (sequence <= (open.get(meteringPoint) ?? -1)) open.delete(meteringPoint)
  }
  return found
}
