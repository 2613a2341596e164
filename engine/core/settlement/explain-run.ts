import { compareText } from "../quantity/bytes.ts"
import type { IntervalValue } from "../metering/metering-point.ts"
import type { Run } from "./run.ts"

/** Why a correction posts what it posts: interval values, before and after, and the sum of all lines by member, in nano-units. */
export interface RunExplanation {
  readonly values: ReadonlyArray<{ readonly meteringPoint: string; readonly member: string; readonly period: number; readonly before: IntervalValue | undefined; readonly after: IntervalValue }>
  readonly moved: ReadonlyArray<{ readonly member: string; readonly amount: bigint }>
}

/** Explains a run from itself: its inputs name what changed. A first version has changed nothing. */
export const explainRun = ({ inputs, lines }: Pick<Run, "inputs" | "lines">): RunExplanation => {
  const points = new Map(inputs.points.map((point) => [point.meteringPoint, point]))
  const values = (inputs.previous?.changed ?? []).map(({ meteringPoint, period, before }) => {
    const { member, values: now } = points.get(meteringPoint)!
    return { meteringPoint, member, period, before, after: now[inputs.periods.indexOf(period)]! }
  })
  const sums = new Map<string, bigint>()
  for (const { member, amount } of lines) sums.set(member, (sums.get(member) ?? 0n) + amount)
  const moved = [...sums].map(([member, amount]) => ({ member, amount })).filter(({ amount }) => amount !== 0n)
  return { values, moved: moved.sort((left, right) => compareText(left.member, right.member)) }
}
