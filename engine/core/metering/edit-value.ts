import { isPeriodStart } from "../calendar/period.ts"
import type { AreaClock } from "./accept-readings.ts"
import type { PointEvent } from "./apply-point-command.ts"
import { HORIZON, recordIntervalValue, standingOf } from "./interval-values.ts"
import type { MeteringPoint } from "./metering-point.ts"
import type { EditIntervalValue } from "./point-commands.ts"

/** An operator's word on a value becomes its next version; he has to know the one that stands. */
export const editValue = (
  clock: AreaClock,
  point: MeteringPoint,
  command: EditIntervalValue,
  emit: (event: PointEvent) => void
): "Accepted" | "OutOfBounds" | "TooLate" | "VersionNotCurrent" => {
  const { meteringPoint, period, beforeWh, beforeVersion, afterWh, quality, who, why } = command
  if (!isPeriodStart(period) || afterWh > point.capacityWh || who === "" || why === "") return "OutOfBounds"
  if (period < clock.marketTime - HORIZON || period < clock.openedAt) return "TooLate"
  // Of a value of long ago only the version is remembered; it names the value in the journal all the same.
  const before = point.values.get(period)
  if (standingOf(point, period)?.version !== beforeVersion || (before !== undefined && before.energyWh !== beforeWh)) return "VersionNotCurrent"
  recordIntervalValue(meteringPoint, point, period, { energyWh: afterWh, quality, origin: "operator" }, emit)
  const { version } = point.values.get(period)!
  emit({ kind: "IntervalValueEdited", meteringPoint, period, beforeWh, afterWh, version, who, why })
  return "Accepted"
}
