import { isPeriodStart } from "../calendar/period.ts"
import type { AreaClock } from "./accept-readings.ts"
import type { PointEvent } from "./apply-point-command.ts"
import { COARSEST_STEP } from "./follow-register.ts"
import { HORIZON, recordIntervalValue } from "./interval-values.ts"
import type { MeteringPoint } from "./metering-point.ts"
import type { ImportIntervalValues } from "./point-commands.ts"
import type { ValidationFlag } from "./validation-flag.ts"

type Emit = (event: PointEvent) => void

/** Official and device sums may differ by so much, in permille, and by a step of the register at each end. */
const TOLERANCE_PERMILLE = 10

/**
 * Takes official interval values: each becomes a new version that no device replaces. All or none: one that cannot be
 * refuses the whole command. Where the device measured the same periods its sum is held against the official one.
 */
export const importValues = (clock: AreaClock, point: MeteringPoint, command: ImportIntervalValues, emit: Emit): "Accepted" | "OutOfBounds" | "TooLate" => {
  const { meteringPoint, document, who, values } = command
  if (document.length !== 32 || who === "" || values.length === 0) return "OutOfBounds"
  const isAscending = values.every(({ period }, index) => isPeriodStart(period) && (index === 0 || values[index - 1]!.period < period))
  if (!isAscending || values.some(({ energyWh }) => energyWh > point.capacityWh)) return "OutOfBounds"
  if (values.at(-1)!.period >= clock.marketTime) return "OutOfBounds"
  if (values[0]!.period < clock.openedAt || values[0]!.period < clock.marketTime - HORIZON) return "TooLate"
  const { officialWh, deviceWh } = compare(point, values)
  const differs = Math.abs(officialWh - deviceWh) > 2 * (point.resolutionWh === 0 ? COARSEST_STEP : point.resolutionWh) + Math.floor((deviceWh * TOLERANCE_PERMILLE) / 1_000)
  const flags: Array<ValidationFlag> = differs ? ["RegisterDiffers"] : []
  let recorded = 0
  for (const { period, energyWh, quality } of values) {
    const before = point.values.get(period)
    recordIntervalValue(meteringPoint, point, period, { energyWh, quality, origin: "official", flags }, emit)
    if (point.values.get(period) !== before) recorded++
  }
  emit({ kind: "IntervalValuesImported", meteringPoint, document, who, recorded, unchanged: values.length - recorded, officialWh, deviceWh, flags })
  return "Accepted"
}

/** Sums over the periods that both know: by register differences, so a device's sum is exact. */
const compare = (point: MeteringPoint, values: ImportIntervalValues["values"]): { readonly officialWh: number; readonly deviceWh: number } => {
  let [officialWh, deviceWh] = [0, 0]
  for (const { period, energyWh } of values) {
    const device = point.values.get(period)
    if (device === undefined || device.origin !== "device") continue
    officialWh += energyWh
    deviceWh += device.energyWh
  }
  return { officialWh, deviceWh }
}
