import { daysOf, tradesByPeriod } from "./check-inputs.ts"
import type { CommunityInputs } from "./community-inputs.ts"
import { Ledger } from "./ledger.ts"
import { prepareSegment } from "./prepare-segment.ts"
import { makeRunPeriod } from "./run-period.ts"
import { segmentsOf } from "./segment.ts"

/** Sees, for one allocation period and metering point, the Wh settled here and the Wh that sharing steps gave or took. */
export type SeeAllocation = (time: number, lengthSeconds: number, meteringPoint: string, energyWh: number, sharedWh: number) => void

/** Goes through the allocation of a run again, period by period and point by point: the same code as the run. */
export const seeAllocation = (inputs: CommunityInputs, see: SeeAllocation): void => {
  const { intervals } = inputs
  const rowOf = new Map(intervals.periods.map((period, row) => [period, row]))
  const tradesOf = tradesByPeriod(inputs, rowOf, new Set(intervals.meteringPoints))
  for (const segment of segmentsOf(inputs, daysOf(inputs))) {
    const ready = prepareSegment(inputs, segment, new Ledger())
    const runPeriod = makeRunPeriod(intervals, segment, ready, { rowOf, tradesOf })
    const length = segment.version.resolutionMinutes * 60
    for (const { start, end } of segment.days) {
      for (let time = start; time < end; time += length) {
        runPeriod(time)
        for (const [place, { rule }] of segment.points.entries()) {
          const sharedWh = ready.shares.reduce((sum, { flows }) => sum + flows.column.period[place]!, 0)
          see(time, length, rule.meteringPoint, ready.energy.period[place]!, sharedWh)
        }
      }
    }
  }
}
