import { PERIOD_SECONDS } from "../../calendar/period.ts"
import type { IntervalColumns, SettledTrade } from "./community-inputs.ts"
import { loadPeriod } from "./load-period.ts"
import type { ReadySegment } from "./prepare-segment.ts"
import type { Segment } from "./segment.ts"

/** What a run knows of its inputs beside the rules: rows by period, trades by period. */
export interface RunTables {
  readonly rowOf: ReadonlyMap<number, number>
  readonly tradesOf: ReadonlyMap<number, ReadonlyArray<SettledTrade>>
}

/** Sees the open Wh before and after each step, by the step's place in the rules; for explanations only. */
export type Watch = (step: number, openWh: Float64Array, isBefore: boolean) => void

const NO_TRADES: ReadonlyArray<SettledTrade> = []

/** Settles one period of a segment: loads its values, goes through the steps in order, adds what was found to the totals. */
export const makeRunPeriod = (intervals: IntervalColumns, segment: Segment, ready: ReadySegment, { rowOf, tradesOf }: RunTables) => {
  const { openWh, energy, traded, beyond, steps } = ready
  const load = loadPeriod(intervals, segment.points)
  const length = segment.version.resolutionMinutes * 60
  return (time: number, watch?: Watch): { readonly tradedWh: number; readonly sharedWh: number } => {
    openWh.fill(0)
    beyond.period.fill(0)
    traded.period.fill(0)
    for (let quarter = time; quarter < time + length; quarter += PERIOD_SECONDS) load(rowOf.get(quarter)!, openWh, beyond.period)
    for (let place = 0; place < openWh.length; place++) energy.period[place] = openWh[place]! + beyond.period[place]!
    let tradedWh = 0
    let sharedWh = 0
    for (const [place, step] of steps.entries()) {
      watch?.(place, openWh, true)
      if (step.step === "share") sharedWh += step.share(openWh, time)
      else tradedWh += step.deliver(tradesOf.get(time) ?? NO_TRADES, time, openWh, traded.period)
      watch?.(place, openWh, false)
    }
    for (let place = 0; place < openWh.length; place++) beyond.period[place]! += openWh[place]!
    ready.addPeriod(time)
    return { tradedWh, sharedWh }
  }
}
