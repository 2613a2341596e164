import { PERIOD_SECONDS, timeToText } from "../../../../engine/core/calendar/period.ts"
import { compareText } from "../../../../engine/core/quantity/bytes.ts"
import { MISSING, type IntervalColumns } from "../../../../engine/core/settlement/community/community-inputs.ts"
import { UserError } from "../../user-error.ts"
import { TABLE_LIMITS } from "./table.ts"

/** Interval values by period as they were read; rows may come in any order, each period once. */
export interface IntervalRows {
  readonly meteringPoints: ReadonlyArray<string>
  readonly times: ReadonlyArray<number>
  /** Row by row in file order; Wh or MISSING of each metering point. */
  readonly rows: ReadonlyArray<Int32Array>
  /** `row * number of points + point`. */
  readonly substitutes: ReadonlySet<number>
}

/** Refuses more values than a run holds. */
export const assertRoom = (file: string, values: number): void => {
  if (values > TABLE_LIMITS.cells) throw new UserError(`${file} holds ${values} values, more than ${TABLE_LIMITS.cells}`, "settle a shorter time, or fewer metering points, at a time")
}

/** Periods ascending and without holes inside (a missing row is a period in which no value came), points by id. */
export const inOrder = (file: string, { meteringPoints, times, rows, substitutes }: IntervalRows): IntervalColumns => {
  const width = meteringPoints.length
  const rowOf = new Map(times.map((time, row) => [time, row]))
  const [first, last] = [times.reduce((low, time) => Math.min(low, time), Infinity), times.reduce((high, time) => Math.max(high, time), -Infinity)]
  if (width === 0 || times.length === 0) throw new UserError(`${file} holds no interval values`, "give a file with a heading and one row for each quarter hour")
  if ((last - first) / PERIOD_SECONDS > 400 * 96) throw new UserError(`${file} reaches from ${timeToText(first)} to ${timeToText(last)}, more than 400 days`, "settle a month or a year at a time")
  assertRoom(file, width * ((last - first) / PERIOD_SECONDS + 1))
  const order = meteringPoints.map((_, column) => column).sort((left, right) => compareText(meteringPoints[left]!, meteringPoints[right]!))
  const periods = Array.from({ length: (last - first) / PERIOD_SECONDS + 1 }, (_, index) => first + index * PERIOD_SECONDS)
  const sorted = new Int32Array(periods.length * width).fill(MISSING)
  const moved = new Set<number>()
  for (const [index, time] of periods.entries()) {
    const row = rowOf.get(time)
    if (row === undefined) continue
    for (let column = 0; column < width; column++) {
      sorted[index * width + column] = rows[row]![order[column]!]!
      if (substitutes.size > 0 && substitutes.has(row * width + order[column]!)) moved.add(index * width + column)
    }
  }
  return { meteringPoints: order.map((column) => meteringPoints[column]!), periods, values: sorted, substitutes: moved }
}
