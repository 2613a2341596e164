import { MISSING } from "../../../../engine/core/settlement/community/community-inputs.ts"
import { assertRoom, type IntervalRows } from "./interval-columns.ts"

/** One value as a line of a table has it. */
export interface IntervalValue {
  readonly meteringPoint: string
  readonly time: number
  readonly wh: number
  readonly isSubstitute: boolean
}

/** Single values as rows of periods. */
export const rowsOf = (file: string, values: ReadonlyArray<IntervalValue>): IntervalRows => {
  const meteringPoints = [...new Set(values.map((one) => one.meteringPoint))]
  const times = [...new Set(values.map(({ time }) => time))].sort((left, right) => left - right)
  assertRoom(file, times.length * meteringPoints.length)
  const [columnOf, rowOf] = [new Map(meteringPoints.map((name, column) => [name, column])), new Map(times.map((time, row) => [time, row]))]
  const rows = times.map(() => new Int32Array(meteringPoints.length).fill(MISSING))
  const substitutes = new Set<number>()
  for (const { meteringPoint, time, wh, isSubstitute } of values) {
    const [row, column] = [rowOf.get(time)!, columnOf.get(meteringPoint)!]
    rows[row]![column] = wh
    if (isSubstitute) substitutes.add(row * meteringPoints.length + column)
  }
  return { meteringPoints, times, rows, substitutes }
}
