import type { ValueOf } from "../quantity/codec.ts"
import { hears } from "./gateway-key.ts"
import type { MeteringState } from "./metering-point.ts"
import type { clockReported, ReportClock } from "./reading.ts"

/** A gateway's word on a device's clock; while it is off by more than 1 % of a period, the intervals are provisional. */
export const acceptClock = (
  metering: MeteringState,
  signer: Uint8Array,
  { meteringPoint, time, offset }: ReportClock,
  emit: (event: ValueOf<typeof clockReported>) => void
): "Accepted" | "UnknownMeteringPoint" | "NotAuthorized" | "OutOfBounds" => {
  const point = metering.points.get(meteringPoint)
  if (point === undefined) return "UnknownMeteringPoint"
  if (!hears(point, signer, time)) return "NotAuthorized"
  if (time <= point.clock.time) return "OutOfBounds"
  point.clock = { time, offset }
  emit({ kind: "ClockReported", meteringPoint, time, offset })
  return "Accepted"
}
