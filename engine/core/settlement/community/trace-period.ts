import { localDayOf } from "../../calendar/local-day.ts"
import { tradesByPeriod } from "./check-inputs.ts"
import type { CommunityInputs } from "./community-inputs.ts"
import { Ledger } from "./ledger.ts"
import { prepareSegment } from "./prepare-segment.ts"
import { makeRunPeriod } from "./run-period.ts"
import { segmentsOf } from "./segment.ts"

/** What one step did at one point in a period, in Wh: what was open before, and what it took of it. */
export interface TracedPoint {
  readonly meteringPoint: string
  readonly member: string
  readonly direction: "withdrawal" | "injection"
  readonly openWh: number
  readonly takenWh: number
}

/** The steps of one period in order, each with every point that had something open. */
export interface TracedStep {
  readonly name: string
  readonly key: string
  readonly points: ReadonlyArray<TracedPoint>
}

/** Goes through one allocation period again and tells what each step found and took: the same code as a run. */
export const tracePeriod = (inputs: CommunityInputs, time: number): Array<TracedStep> => {
  const { intervals, rules } = inputs
  const [segment] = segmentsOf(inputs, [localDayOf(rules.timeZone, time)])
  const rowOf = new Map(intervals.periods.map((period, row) => [period, row]))
  const tradesOf = tradesByPeriod(inputs, rowOf, new Set(intervals.meteringPoints))
  const start = time - (time % (segment!.version.resolutionMinutes * 60))
  const open = new Map<number, Float64Array>()
  const traced: Array<TracedStep> = []
  makeRunPeriod(intervals, segment!, prepareSegment(inputs, segment!, new Ledger()), { rowOf, tradesOf })(start, (step, openWh, isBefore) => {
    if (isBefore) {
      open.set(step, openWh.slice())
      return
    }
    const rule = segment!.version.steps[step]!
    const before = open.get(step)!
    const points = segment!.points.map(({ member, rule: { meteringPoint, direction } }, place) => ({ meteringPoint, member, direction, openWh: before[place]!, takenWh: before[place]! - openWh[place]! }))
    traced.push({ name: rule.step === "trades" ? "trades" : rule.name, key: rule.step === "trades" ? "first in first out" : rule.key.kind, points: points.filter((point) => point.openWh > 0) })
  })
  return traced
}
