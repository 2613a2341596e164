import { assertLaw } from "../../quantity/invariant.ts"
import { compareText } from "../../quantity/bytes.ts"
import { dayAfter, type LocalDay, monthOf } from "../../calendar/local-day.ts"
import { daysOf, lacksOf, tradesByPeriod, type Lack } from "./check-inputs.ts"
import { MISSING, type CommunityInputs } from "./community-inputs.ts"
import { Findings, type PeriodRow, type PlainCosts, type PointTotals } from "./findings.ts"
import { balancesOf, type Entry } from "./ledger.ts"
import { InputRefused } from "./refusal.ts"
import { runSegment } from "./run-segment.ts"
import { segmentsOf } from "./segment.ts"
import { postStandingCharges } from "./standing-charges.ts"

/** What a community's settlement found; a pure function of its inputs. */
export interface CommunityResult {
  readonly community: string
  readonly currency: string
  /** A local month (`2026-03`), a local day, or `first..last`. */
  readonly settlementPeriod: string
  readonly entries: ReadonlyArray<Entry>
  readonly periods: ReadonlyArray<PeriodRow>
  readonly points: ReadonlyArray<PointTotals>
  readonly plain: ReadonlyMap<string, PlainCosts>
  readonly balances: ReadonlyMap<string, bigint>
  /** Why the run is provisional; empty if nothing lacks. */
  readonly lacks: ReadonlyArray<Lack>
}

const nameOfSpan = (days: ReadonlyArray<LocalDay>): string => {
  const [first, last] = [days[0]!.name, days.at(-1)!.name]
  const next = dayAfter(last)
  if (first.endsWith("-01") && next.endsWith("-01") && monthOf(first) === monthOf(last)) return monthOf(first)
  return first === last ? first : `${first}..${last}`
}

/**
 * Settles a community over the local days of its interval values: a pure function. Throws {@link InputRefused}, or
 * PriceMissing, for inputs that cannot be settled; then nothing was. `on` is the local day on which the run is made,
 * against which deadlines of areas are held.
 */
export const settleCommunity = (inputs: CommunityInputs, on: string): CommunityResult => {
  const { rules, tariffs, intervals } = inputs
  if (rules.currency !== tariffs.currency) throw new InputRefused("CurrenciesDiffer", `the rules are in ${rules.currency}, the tariffs in ${tariffs.currency}`)
  const days = daysOf(inputs)
  const known = new Set(rules.members.flatMap(({ points }) => points.map(({ meteringPoint }) => meteringPoint)))
  const stranger = intervals.meteringPoints.find((point) => !known.has(point))
  if (stranger !== undefined) throw new InputRefused("UnknownMeteringPoint", `${stranger} has interval values but no member`)
  const rowOf = new Map(intervals.periods.map((time, row) => [time, row]))
  const tradesOf = tradesByPeriod(inputs, rowOf, new Set(intervals.meteringPoints))
  const lacks = lacksOf(inputs, days, on)
  const findings = new Findings()
  for (const segment of segmentsOf(inputs, days)) runSegment(inputs, segment, { rowOf, tradesOf }, findings)
  postStandingCharges(inputs, days, rowOf, findings)
  const entries = findings.finish()
  const points = [...findings.points.values()].sort((left, right) => compareText(left.member, right.member) || compareText(left.meteringPoint, right.meteringPoint))
  assertEnergy(inputs, points)
  return {
    community: rules.community,
    currency: rules.currency,
    settlementPeriod: nameOfSpan(days),
    entries,
    periods: findings.periods,
    points,
    plain: findings.plain,
    balances: balancesOf(entries),
    lacks
  }
}

/** No Wh is settled that was not metered; all are, unless a point belonged to nobody or in part to another community. */
const assertEnergy = ({ intervals, rules }: CommunityInputs, points: ReadonlyArray<PointTotals>): void => {
  const width = intervals.meteringPoints.length
  const metered = new Float64Array(width)
  for (let start = 0; start < intervals.values.length; start += width) {
    for (let column = 0; column < width; column++) {
      const value = intervals.values[start + column]!
      if (value !== MISSING) metered[column]! += value
    }
  }
  const settled = new Map<string, number>()
  for (const { meteringPoint, energyWh } of points) settled.set(meteringPoint, (settled.get(meteringPoint) ?? 0) + energyWh)
  const whole = new Set(rules.members.flatMap(({ points: owned }) => owned.filter(({ from, until, participation }) => from === undefined && until === undefined && participation === undefined).map(({ meteringPoint }) => meteringPoint)))
  for (const [column, name] of intervals.meteringPoints.entries()) {
    const energyWh = metered[column]!
    const found = settled.get(name) ?? 0
    assertLaw(whole.has(name) ? found === energyWh : found <= energyWh, `every Wh of ${name} is settled once`)
  }
}
