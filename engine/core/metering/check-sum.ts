import { integer, kind, text, unsigned, type ValueOf } from "../quantity/codec.ts"
import type { intervalFlagged } from "./reading.ts"
import type { CheckGroup, MeteringState } from "./metering-point.ts"

/** What a check meter counted in one delivery period, in Wh: withdrawals minus injections of its group. */
export const recordCheckValue = kind(414, "RecordCheckValue", { group: text, period: unsigned, energyWh: integer })
export type RecordCheckValue = ValueOf<typeof recordCheckValue>

/** The sum of a group, held against its check meter. */
export const checkSumCompared = kind(430, "CheckSumCompared", { group: text, period: unsigned, checkWh: integer, sumWh: integer })

type Emit = (event: ValueOf<typeof checkSumCompared> | ValueOf<typeof intervalFlagged>) => void

/** Whether a sum differs from its check by more than the tolerance: a fixed part, and permille of the check (losses). */
export const sumDiffers = (sumWh: number, checkWh: number, { toleranceWh, tolerancePermille }: CheckGroup): boolean =>
  Math.abs(sumWh - checkWh) > toleranceWh + Math.floor((Math.abs(checkWh) * tolerancePermille) / 1_000)

/** Holds a group's values of a period against the check meter's; a difference flags each of them. A value that is missing is no comparison. */
export const compareCheckSum = (metering: MeteringState, { group, period, energyWh }: RecordCheckValue, emit: Emit): "Accepted" | "UnknownMeteringPoint" | "OutOfBounds" => {
  const found = metering.checks.get(group)
  if (found === undefined) return "UnknownMeteringPoint"
  let sumWh = 0
  for (const id of found.points) {
    const point = metering.points.get(id)!
    const value = point.values.get(period)
    if (value === undefined) return "OutOfBounds"
    sumWh += point.direction === "withdrawal" ? value.energyWh : -value.energyWh
  }
  emit({ kind: "CheckSumCompared", group, period, checkWh: energyWh, sumWh })
  if (!sumDiffers(sumWh, energyWh, found)) return "Accepted"
  for (const meteringPoint of found.points) {
    const { version } = metering.points.get(meteringPoint)!.values.get(period)!
    emit({ kind: "IntervalFlagged", meteringPoint, period, version, flags: ["SumDiffers"] })
  }
  return "Accepted"
}
