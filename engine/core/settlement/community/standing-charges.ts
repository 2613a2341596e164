import { monthOf, type LocalDay } from "../../calendar/local-day.ts"
import { PERIOD_SECONDS } from "../../calendar/period.ts"
import { concerns, holderOf, isInForce, type TariffComponent } from "../../tariff/component.ts"
import { roundQuotient } from "./amounts.ts"
import { MISSING, type CommunityInputs } from "./community-inputs.ts"
import type { Findings } from "./findings.ts"
import type { RulePoint } from "./rule-set.ts"

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

/** Nano-units of one component for the days of one month on which it was in force and the point the member's. */
const costOf = (component: TariffComponent, days: number, month: string, peakWh: () => number): bigint => {
  const perMonth = component.kind === "capacity" ? BigInt(peakWh() * PERIODS_OF_AN_HOUR) * BigInt(component.price as number) : BigInt(component.perMonth ?? 0) * 1_000n
  return roundQuotient(perMonth * BigInt(100 - (component.reductionPercent ?? 0)) * BigInt(days), 100n * BigInt(daysOfMonth(month)))
}

/**
 * Posts subscriptions and capacity prices: per withdrawing metering point and month, by day for a part of a month. The
 * capacity price goes by the highest mean power of a delivery period on those days (W x micro-units per kW = nano-units).
 */
export const postStandingCharges = (inputs: CommunityInputs, days: ReadonlyArray<LocalDay>, rowOf: ReadonlyMap<number, number>, findings: Findings): void => {
  const columns = new Map(inputs.intervals.meteringPoints.map((point, column) => [point, column]))
  const months = Map.groupBy(days, ({ name }) => monthOf(name))
  const post = (component: TariffComponent, member: string, point: RulePoint, column: number): void => {
    for (const [month, all] of months) {
      const those = all.filter(({ name }) => isInForce(component, name) && isInForce(point, name))
      if (those.length === 0) continue
      const amount = costOf(component, those.length, month, () => peakOf(inputs, rowOf, column, those))
      const name = { kind: component.kind, label: component.name, payer: member, payee: holderOf(component), payerPoint: point.meteringPoint, payeePoint: "" }
      findings.ledger.post(name, component.vatPerMille ?? 0, { from: those[0]!.name, until: those.at(-1)!.name, price: undefined, energyWh: 0, amount })
      findings.addPlain(member, component, amount)
    }
  }
  for (const component of inputs.tariffs.components.filter(({ kind }) => kind === "subscription" || kind === "capacity")) {
    for (const { member, class: memberClass = "", points } of inputs.rules.members) {
      for (const point of points) {
        const column = columns.get(point.meteringPoint)
        const place = { area: point.area, class: memberClass, gridLevel: point.gridLevel }
        if (column !== undefined && point.direction === "withdrawal" && concerns(component, place)) post(component, member, point, column)
      }
    }
  }
}
