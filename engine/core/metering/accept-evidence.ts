import { toHex } from "../quantity/bytes.ts"
import type { ValueOf } from "../quantity/codec.ts"
import type { clockDoubted, readingFlagged, SubmitEvidence } from "./evidence.ts"
import { hears } from "./gateway-key.ts"
import type { MeteringState } from "./metering-point.ts"

type Emit = (event: ValueOf<typeof readingFlagged> | ValueOf<typeof clockDoubted>) => void

/** Clocks that a market may rely on: OCMF's S, and I whose source is known but not checked. */
const TRUSTED: ReadonlySet<string> = new Set(["synchronised", "informative"])

/**
 * Takes what a gateway says about its own readings: flags become events, raw words stay in the journaled record.
 * Evidence changes no register and no interval value; evidence on other gateways' metering points is passed over.
 */
export const acceptEvidence = (metering: MeteringState, signer: Uint8Array, { clock, evidence }: SubmitEvidence, emit: Emit): void => {
  const own = evidence.filter(({ meteringPoint, time }) => {
    const point = metering.points.get(meteringPoint)
    return point !== undefined && hears(point, signer, time)
  })
  if (own.length === 0) return
  if (!TRUSTED.has(clock)) emit({ kind: "ClockDoubted", gateway: toHex(signer), clock })
  for (const { meteringPoint, time, flags, sequence } of own) {
    if (flags.length > 0) emit({ kind: "ReadingFlagged", meteringPoint, time, flags, withheld: sequence === 0 })
  }
}
