import type { ValueOf } from "../quantity/codec.ts"
import type { AreaClock } from "../metering/accept-readings.ts"
import { recordIntervalValue } from "../metering/interval-values.ts"
import type { MeteringPoint, MeteringState } from "../metering/metering-point.ts"
import type { intervalFlagged, intervalValueRecorded } from "../metering/reading.ts"
import { estimate, type intervalEstimated } from "./estimate.ts"

type Emit = (event: ValueOf<typeof intervalEstimated> | ValueOf<typeof intervalValueRecorded> | ValueOf<typeof intervalFlagged>) => void

/** Estimates in a row, one day of them, after which every further one is flagged. */
export const PROLONGED = 96

/** Gives a period whose value is missing an estimate, so that no meter holds the market up. A retired point has no energy. */
export const fillMissing = (meteringPoint: string, point: MeteringPoint, metering: MeteringState, timeZone: string, period: number, emit: Emit): void => {
  if (point.retiredAt !== 0 && period >= point.retiredAt) {
    recordIntervalValue(meteringPoint, point, period, { energyWh: 0, quality: "calculated", origin: "operator" }, emit)
    return
  }
  const { energyWh, method } = estimate(point, metering.profiles, timeZone, period)
  point.estimatedInARow++
  const quality = method === "none" ? "missing" : "substitute"
  recordIntervalValue(meteringPoint, point, period, { energyWh, quality, origin: "estimate", flags: point.estimatedInARow > PROLONGED ? ["ProlongedEstimation"] : [] }, emit)
  const value = point.values.get(period)
  if (value !== undefined) emit({ kind: "IntervalEstimated", meteringPoint, period, version: value.version, method })
}

/** Estimates values that a late reading took back after their period was closed; those of open periods wait for patience. */
export const fillWithdrawn = (metering: MeteringState, { timeZone }: AreaClock, nextDelivery: number, emit: Emit): void => {
  for (const meteringPoint of metering.order) {
    const point = metering.points.get(meteringPoint)!
    if (point.withdrawn.length === 0) continue
    for (const period of point.withdrawn) {
      if (period < nextDelivery && !point.values.has(period)) fillMissing(meteringPoint, point, metering, timeZone, period, emit)
    }
    point.withdrawn = []
  }
}
