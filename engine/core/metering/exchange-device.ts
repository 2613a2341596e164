import { equalBytes } from "../quantity/bytes.ts"
import { MAX_WATT_HOURS } from "../quantity/energy.ts"
import { MAX_REGISTER, type AreaClock } from "./accept-readings.ts"
import type { PointEvent } from "./apply-point-command.ts"
import { insert, isTooLate } from "./follow-reading.ts"
import { changeGateway } from "./gateway-key.ts"
import type { MeteringPoint } from "./metering-point.ts"
import type { ExchangeMeter } from "./point-commands.ts"
import { freshMark } from "./sequence-mark.ts"

/**
 * The line goes on from the old device's final reading to the new one's first. Told late, the readings in between find
 * their line again. A new gateway counts its own sequences.
 */
export const exchangeDevice = (
  clock: AreaClock,
  point: MeteringPoint,
  command: ExchangeMeter,
  emit: (event: PointEvent) => void
): "Accepted" | "OutOfBounds" | "TooLate" | "AlreadyDone" => {
  const { meteringPoint, time, finalRegisterWh, initialRegisterWh, gatewayKey, rolloverWh, resolutionWh, who, why } = command
  if ([finalRegisterWh, initialRegisterWh, rolloverWh].some((wh) => wh > MAX_REGISTER) || resolutionWh === 0 || resolutionWh > MAX_WATT_HOURS) return "OutOfBounds"
  if (gatewayKey.length !== 32 || clock.marketTime === 0 || time > clock.marketTime) return "OutOfBounds"
  if (isTooLate(point, clock, time)) return "TooLate"
  if (!equalBytes(gatewayKey, point.gatewayKey)) point.sequences = freshMark()
  changeGateway(point, gatewayKey, time)
  const entry = { time, sequence: 0, registerWh: finalRegisterWh, powerW: 0, kind: "exchange" as const, initialWh: initialRegisterWh }
  const outcome = insert(meteringPoint, point, clock, entry, emit)
  if (outcome === "Repeated") return "AlreadyDone"
  Object.assign(point, { rolloverWh, resolutionWh })
  emit({ kind: "MeterExchanged", meteringPoint, time, finalRegisterWh, initialRegisterWh, who, why })
  return "Accepted"
}
