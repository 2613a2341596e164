import { PERIOD_SECONDS } from "../calendar/period.ts"
import type { AreaClock } from "./accept-readings.ts"
import { isTrueValue, rememberDay } from "./day-history.ts"
import { findHigh, findLow, findSpike, findZero } from "./day-rules.ts"
import { settleReadings } from "./follow-reading.ts"
import { forgetValues } from "./interval-values.ts"
import type { MeteringPoint } from "./metering-point.ts"
import type { intervalFlagged } from "./reading.ts"
import type { ValueOf } from "../quantity/codec.ts"

type Emit = (event: ValueOf<typeof intervalFlagged>) => void

/** Once all periods of a local day are closed: the day is held against the weeks before, remembered, and what lies before it is settled. */
export const closeDay = (meteringPoint: string, point: MeteringPoint, clock: AreaClock, start: number, end: number, emit: Emit): void => {
  flagDay(meteringPoint, point, start, end, emit)
  rememberDay(point, start, end)
  settleReadings(point, clock, start)
  forgetValues(point, start)
}

/** A day is judged by its true values only, and only where all of them are known. */
const flagDay = (meteringPoint: string, point: MeteringPoint, start: number, end: number, emit: Emit): void => {
  const energies: Array<number> = []
  for (let period = start; period < end; period += PERIOD_SECONDS) {
    const value = point.values.get(period)
    if (!isTrueValue(value)) return
    energies.push(value.energyWh)
  }
  const { days, capacityWh, direction } = point
  for (const { place, flag } of [...findSpike(energies, days), ...findHigh(energies, days, capacityWh), ...findLow(energies, days, direction), ...findZero(energies, days)]) {
    const period = start + place * PERIOD_SECONDS
    emit({ kind: "IntervalFlagged", meteringPoint, period, version: point.values.get(period)!.version, flags: [flag] })
  }
}
