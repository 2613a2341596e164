import { knownTimeZones } from "../../../engine/core/calendar/local-day.ts"
import { clockReader, clockRegisterOf, type DeviceClock } from "../../modbus/gateway/device-clock.ts"
import type { MeterPoller } from "../../modbus/poller/meter-poller.ts"
import type { GatewayConfig } from "./config.ts"

/** This machine's zone, where its offsets are known. */
const ownZone = (): string | undefined => {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return knownTimeZones.includes(zone) ? zone : undefined
}

/** Readers of the meters' own clocks, by metering point, for the devices that have one. */
export const clockReaders = (poller: MeterPoller, { meters, timeZone = ownZone() }: Pick<GatewayConfig, "meters"> & { readonly timeZone?: string | undefined }): ReadonlyMap<string, (now: () => number) => Promise<DeviceClock | undefined>> =>
  new Map(
    meters.flatMap(({ meteringPoint, profile }, index) => {
      const register = clockRegisterOf(profile)
      return register === undefined ? [] : [[meteringPoint, clockReader(poller.unit(index), register, timeZone)] as const]
    })
  )
