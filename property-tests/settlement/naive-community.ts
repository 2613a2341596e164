import { splitByLargestRemainder } from "../../engine/core/quantity/largest-remainder.ts"
import type { CommunityInputs } from "../../engine/core/settlement/community/community-inputs.ts"
import type { ShareStep } from "../../engine/core/settlement/community/rule-set.ts"

/** A second, slow settlement of the simplest rule sets: one posting object for each point and period, BigInt throughout. */
export const naiveSums = ({ rules, intervals }: CommunityInputs, priceOf: (component: number, time: number) => number): Map<string, bigint> => {
  const sums = new Map<string, bigint>()
  const post = (key: string, wh: number, price: number): void => void sums.set(key, (sums.get(key) ?? 0n) + BigInt(wh) * BigInt(price))
  const step = rules.versions[0]!.steps[0] as ShareStep
  const points = rules.members.flatMap(({ member, points: owned }) => owned.map((point) => ({ ...point, member }))).sort((left, right) => (left.meteringPoint < right.meteringPoint ? -1 : 1))
  for (const [row, time] of intervals.periods.entries()) {
    const values = points.map(({ meteringPoint }) => Math.max(0, intervals.values[row * intervals.meteringPoints.length + intervals.meteringPoints.indexOf(meteringPoint)]!))
    const side = (direction: string): Array<number> => values.map((wh, place) => (points[place]!.direction === direction ? wh : 0))
    const total = (list: ReadonlyArray<number>): number => list.reduce((left, right) => left + right, 0)
    const [offered, wanted] = [side("injection"), side("withdrawal")]
    const entitled = step.key.kind === "static" ? staticParts(points, step.key.partsPerMillion, total(offered)) : undefined
    const received = entitled === undefined ? splitByLargestRemainder(Math.min(total(offered), total(wanted)), wanted) : entitled.map((wh, place) => Math.min(wh, wanted[place]!))
    const given = splitByLargestRemainder(total(received), offered)
    for (const [place, { member, direction }] of points.entries()) {
      const wh = values[place]!
      if (direction === "injection") {
        post(`sharing ${member}`, given[place]!, step.consumerPrice as number)
        post(`feed-in ${member}`, wh - given[place]!, priceOf(1, time))
      } else {
        post(`sharing ${member}`, received[place]!, -(step.consumerPrice as number))
        post(`energy ${member}`, wh - received[place]!, -priceOf(0, time))
      }
    }
  }
  return new Map([...sums].filter(([, amount]) => amount !== 0n))
}

const staticParts = (points: ReadonlyArray<{ readonly meteringPoint: string; readonly direction: string }>, parts: Readonly<Record<string, number>>, offered: number): Array<number> => {
  const weights = points.map(({ meteringPoint, direction }) => (direction === "withdrawal" ? (parts[meteringPoint] ?? 0) : 0))
  const rest = 1_000_000 - weights.reduce((left, right) => left + right, 0)
  return splitByLargestRemainder(offered, [...weights, rest]).slice(0, points.length)
}
