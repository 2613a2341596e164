import { MISSING, type IntervalColumns } from "./community-inputs.ts"
import type { SegmentPoint } from "./segment.ts"

/** Adds one row of interval values to the open Wh of a segment's points; what takes part in no community goes beyond at once. */
export const loadPeriod = ({ values, meteringPoints }: IntervalColumns, points: ReadonlyArray<SegmentPoint>): ((row: number, openWh: Float64Array, beyondWh: Float64Array) => void) => {
  const width = meteringPoints.length
  const columns = Int32Array.from(points, ({ column }) => column)
  const parted = points.flatMap(({ part }, place) => (part === undefined ? [] : [{ place, part, column: columns[place]! }]))
  return (row, openWh, beyondWh) => {
    const start = row * width
    for (let place = 0; place < columns.length; place++) {
      const value = values[start + columns[place]!]!
      if (value !== MISSING) openWh[place]! += value
    }
    for (const { place, part, column } of parted) {
      const value = values[start + column]!
      if (value === MISSING) continue
      const { here, beyond } = part(value)
      openWh[place]! += here - value
      beyondWh[place]! += beyond
    }
  }
}
