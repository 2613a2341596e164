import { compareText } from "../quantity/bytes.ts"
import { MAX_WATT_HOURS } from "../quantity/energy.ts"
import { isName } from "../quantity/name.ts"
import { freshMark } from "./sequence-mark.ts"
import type { MeteringState, RegisterMeteringPoint } from "./metering-point.ts"

/** Adds a metering point, keeping the order of ids. */
export const registerPoint = (metering: MeteringState, command: RegisterMeteringPoint): "Accepted" | "AlreadyDone" | "OutOfBounds" => {
  const { meteringPoint, member, direction, gatewayKey, capacityWh } = command
  if (metering.points.has(meteringPoint)) return "AlreadyDone"
  if (!isName(meteringPoint) || gatewayKey.length !== 32 || capacityWh === 0 || capacityWh > MAX_WATT_HOURS) return "OutOfBounds"
  metering.points.set(meteringPoint, {
    member,
    direction,
    gatewayKey,
    formerKey: undefined,
    capacityWh,
    source: "device",
    rolloverWh: 0,
    resolutionWh: 0,
    retiredAt: 0,
    clock: { time: 0, offset: 0 },
    anchor: undefined,
    checkpoint: undefined,
    track: undefined,
    kept: [],
    sequences: freshMark(),
    latestPowerW: 0,
    values: new Map(),
    past: [],
    withdrawn: [],
    days: [],
    estimatedInARow: 0,
    profile: "",
    yearlyWh: 0
  })
  const place = metering.order.findIndex((other) => compareText(other, meteringPoint) > 0)
  metering.order.splice(place === -1 ? metering.order.length : place, 0, meteringPoint)
  return "Accepted"
}
