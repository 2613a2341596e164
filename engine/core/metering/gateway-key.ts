import { equalBytes } from "../quantity/bytes.ts"
import type { MeteringPoint } from "./metering-point.ts"

/** Whether a metering point's reading of `time` may be signed by `signer`: by its gateway, or by the one before, up to the change. */
export const hears = ({ gatewayKey, formerKey }: MeteringPoint, signer: Uint8Array, time: number): boolean =>
  equalBytes(gatewayKey, signer) || (formerKey !== undefined && time <= formerKey.until && equalBytes(formerKey.gatewayKey, signer))

/** Hands the metering point over to another gateway key from `time` on. Readings that the former key signed up to then still count: none is lost. */
export const changeGateway = (point: MeteringPoint, gatewayKey: Uint8Array, time: number): void => {
  if (equalBytes(point.gatewayKey, gatewayKey)) return
  point.formerKey = { gatewayKey: point.gatewayKey, until: time }
  point.gatewayKey = gatewayKey
}
