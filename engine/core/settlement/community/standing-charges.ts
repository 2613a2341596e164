import { monthOf, type LocalDay } from "../../calendar/local-day.ts"
import { PERIOD_SECONDS } from "../../calendar/period.ts"
import { settlesTheRest } from "../../allocation/keys/participation.ts"
import { concerns, isInForce, type TariffComponent } from "../../tariff/component.ts"
import { MISSING, type CommunityInputs } from "./community-inputs.ts"
import type { Findings } from "./findings.ts"
import type { RuleMember, RulePoint } from "./rule-set.ts"
import { classOf, factorsOn } from "./segment.ts"

/** Delivery periods of an hour: Wh of a period times this is the mean power in W. */
const PERIODS_OF_AN_HOUR = 3_600 / PERIOD_SECONDS

const daysOfMonth = (month: string): number => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate()

/** Highest Wh of a delivery period of a point on the given days. */
const peakOf = ({ intervals }: CommunityInputs, rowOf: ReadonlyMap<number, number>, column: number, days: ReadonlyArray<LocalDay>): number => {
  let peak = 0
  for (const day of days) {
    for (let time = day.start; time < day.end; time += PERIOD_SECONDS) {
      const value = intervals.values[rowOf.get(time)! * intervals.meteringPoints.length + column]!
      if (value !== MISSING && value > peak) peak = value
    }
  }
  return peak
}

/** Nano-units of a component for a whole month (W x micro-units per kW = nano-units). */
const monthlyOf = ({ kind, price, perMonth }: TariffComponent, peakWh: () => number): bigint =>
  kind === "capacity" ? BigInt(peakWh() * PERIODS_OF_AN_HOUR) * BigInt(price as number) : BigInt(perMonth ?? 0) * 1_000n

/**
 * Posts subscriptions and capacity prices: per withdrawing metering point and month, by day for a part of a month. They
 * belong to the point as a whole, so of several communities only the one that settles the rest posts them (decision 0022).
 * A capacity price goes by the highest mean power of a delivery period on the days of the month on which the point is
 * the member's; a new rate takes over its days of the month, not a peak of its own.
 */
export const postStandingCharges = (inputs: CommunityInputs, days: ReadonlyArray<LocalDay>, rowOf: ReadonlyMap<number, number>, findings: Findings): void => {
  const { rules, tariffs, intervals } = inputs
  const columns = new Map(intervals.meteringPoints.map((point, column) => [point, column]))
  const standing = tariffs.components.filter(({ kind }) => kind === "subscription" || kind === "capacity")
  if (standing.length === 0) return
  const isOwned = ({ points }: RuleMember, meteringPoint: string, day: string): boolean => points.some((point) => point.meteringPoint === meteringPoint && isInForce(point, day))
  const post = (month: string, all: ReadonlyArray<LocalDay>, owner: RuleMember, point: RulePoint, column: number): void => {
    const place = { area: point.area, class: classOf(owner, point), gridLevel: point.gridLevel }
    let peak: number | undefined
    const peakWh = (): number => (peak ??= peakOf(inputs, rowOf, column, all.filter(({ name }) => isOwned(owner, point.meteringPoint, name))))
    for (const component of standing) {
      if (!concerns(component, place)) continue
      const those = all.filter(({ name }) => isInForce(component, name) && isInForce(point, name) && settlesTheRest(rules.community, factorsOn(point, name)))
      if (those.length === 0) continue
      const part = { from: those[0]!.name, until: those.at(-1)!.name, price: undefined, energyWh: 0, amount: monthlyOf(component, peakWh) }
      const share = { days: those.length, of: daysOfMonth(month) }
      for (const tally of [findings.charges, findings.plainCharges]) tally.add(component, owner.member, point.meteringPoint, part, share)
    }
  }
  for (const [month, all] of Map.groupBy(days, ({ name }) => monthOf(name))) {
    for (const owner of rules.members) {
      for (const point of owner.points) {
        const column = columns.get(point.meteringPoint)
        if (column !== undefined && point.direction === "withdrawal") post(month, all, owner, point, column)
      }
    }
  }
}
