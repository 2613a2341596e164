import { acceptReadings, type AreaClock, type MeteringEvent } from "../../engine/core/metering/accept-readings.ts"
import { emptyMetering, type Direction, type MeteringPoint, type MeteringState } from "../../engine/core/metering/metering-point.ts"
import type { Reading } from "../../engine/core/metering/reading.ts"
import { registerPoint } from "../../engine/core/metering/register-point.ts"
import { programKey } from "../arbitraries/record.ts"

export const POINT = "point"
export const GATEWAY = programKey("gateway")
export const ZONE = "Europe/Berlin"

/** One metering point and its gateway, without the market around it. */
export interface Meter {
  readonly metering: MeteringState
  readonly point: MeteringPoint
  readonly events: Array<MeteringEvent>
  /** Hands over readings in one batch, at a market time. */
  readonly take: (marketTime: number, readings: ReadonlyArray<Reading>) => ReadonlyArray<MeteringEvent>
}

/** A metering point that was opened at `openedAt`. */
export const makeMeter = (openedAt: number, capacityWh = 1_000_000, direction: Direction = "withdrawal"): Meter => {
  const metering = emptyMetering()
  registerPoint(metering, { kind: "RegisterMeteringPoint", meteringPoint: POINT, member: "ada", direction, gatewayKey: GATEWAY, capacityWh })
  const events: Array<MeteringEvent> = []
  let batches = 0
  return {
    metering,
    point: metering.points.get(POINT)!,
    events,
    take: (marketTime, readings) => {
      const clock: AreaClock = { timeZone: ZONE, marketTime, openedAt }
      const from = events.length
      const record = new Uint8Array(32).fill(++batches % 256)
      acceptReadings(metering, clock, { signer: GATEWAY, record }, { kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [...readings] }, (event) => events.push(event))
      return events.slice(from)
    }
  }
}

/** A reading of the point. */
export const readingAt = (sequence: number, time: number, registerWh: number, powerW = 0): Reading => ({ meteringPoint: POINT, sequence, time, registerWh, powerW })

/** What counts in the end: the newest value of each period. */
export const valuesOf = ({ point }: Meter): ReadonlyArray<string> =>
  [...point.values].toSorted(([left], [right]) => left - right).map(([period, { energyWh, quality }]) => `${period}: ${energyWh} ${quality}`)
