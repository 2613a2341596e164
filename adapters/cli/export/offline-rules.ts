import { compareText } from "../../../engine/core/quantity/bytes.ts"
import type { RuleMember, RulePoint, RuleSet } from "../../../engine/core/settlement/community/rule-set.ts"
import type { RunPoint } from "../../../engine/core/settlement/run-inputs.ts"
import type { TariffSet } from "../../../engine/core/tariff/component.ts"
import type { SettledDays } from "./settled-day.ts"

/** The market's one currency (docs/guides/worlds.md: prices are micro-units of it, deposits cents). */
export const CURRENCY = "EUR"

/** Names on statements of what the live market shares, and of its two prices with the supplier. */
export const LABELS = { sharing: "sharing", supplier: "supplier", feedIn: "feed-in" } as const

type Stretch = Pick<RulePoint, "from" | "until">

/** Stretches of days that follow each other, each as its first and last day; where one begins or ends with all the days, that end is open. */
const stretchesOf = (names: ReadonlyArray<string>, holds: (day: number) => boolean): Array<Stretch> => {
  const stretches: Array<Stretch> = []
  for (let day = 0; day < names.length; day++) {
    if (!holds(day)) continue
    const first = day
    while (day + 1 < names.length && holds(day + 1)) day++
    stretches.push({ ...(first === 0 ? {} : { from: names[first]! }), ...(day === names.length - 1 ? {} : { until: names[day]! }) })
  }
  return stretches
}

/** The first day of the days, by name. */
const firstDayOf = ({ days }: SettledDays): string => days[0]!.inputs.settlementPeriod

/** Metering points that have a value on one of the days, by id. */
export const pointsOf = ({ days }: SettledDays): Array<Pick<RunPoint, "meteringPoint" | "member" | "direction">> =>
  [...new Map(days.flatMap(({ inputs }) => inputs.points.map((point) => [point.meteringPoint, point] as const))).values()].sort((left, right) => compareText(left.meteringPoint, right.meteringPoint))

/**
 * What the live market settles by, as a rule set of `commonwatt settle`: trades first in first out, where who falls short
 * answers at the supplier's prices (decision 0006), then the dynamic key over the community. A metering point is a
 * member's on the days on which the run of the day knows it.
 */
export const rulesOf = (settled: SettledDays): RuleSet => {
  const { area, community, tariff } = settled.days[0]!.inputs
  const names = settled.days.map(({ inputs }) => inputs.settlementPeriod)
  const known = settled.days.map(({ inputs }) => new Set(inputs.points.map(({ meteringPoint }) => meteringPoint)))
  const members = Map.groupBy(pointsOf(settled), ({ member }) => member)
  return {
    community,
    timeZone: settled.timeZone,
    currency: CURRENCY,
    areas: [{ area, deadlineDays: 0 }],
    members: [...members].sort(([left], [right]) => compareText(left, right)).map(([member, points]): RuleMember => ({
      member,
      points: points.flatMap(({ meteringPoint, direction }) => stretchesOf(names, (day) => known[day]!.has(meteringPoint)).map((stretch) => ({ meteringPoint, direction, area, ...stretch })))
    })),
    versions: [
      {
        from: firstDayOf(settled),
        resolutionMinutes: 15,
        steps: [
          { step: "trades", imbalance: { kind: "two-price", shortPrice: tariff.residualSupplyPrice, longPrice: tariff.feedInPrice } },
          { step: "share", name: LABELS.sharing, within: "community", key: { kind: "dynamic" }, consumerPrice: tariff.sharingPrice }
        ]
      }
    ]
  }
}

/** The supplier's prices of the community; a tariff has no versions in the live market. */
export const tariffsOf = (settled: SettledDays): TariffSet => {
  const { residualSupplyPrice, feedInPrice } = settled.days[0]!.inputs.tariff
  const from = firstDayOf(settled)
  return {
    currency: CURRENCY,
    components: [
      { name: LABELS.supplier, kind: "energy", from, price: residualSupplyPrice },
      { name: LABELS.feedIn, kind: "feed-in", from, price: feedInPrice }
    ]
  }
}
