import { localDayNamed } from "../../engine/core/calendar/local-day.ts"
import { periodsBetween } from "../../engine/core/calendar/period.ts"
import { compareText } from "../../engine/core/quantity/bytes.ts"
import type { CommunityInputs, IntervalColumns } from "../../engine/core/settlement/community/community-inputs.ts"
import type { RuleSet, ShareStep, Step } from "../../engine/core/settlement/community/rule-set.ts"
import type { TariffComponent } from "../../engine/core/tariff/component.ts"

export const zone = "Europe/Vienna"

/** Values of whole local days: `wh(point, period index, time)`. */
export const intervalsOf = (days: ReadonlyArray<string>, meteringPoints: ReadonlyArray<string>, wh: (point: string, index: number, time: number) => number): IntervalColumns => {
  const sorted = [...meteringPoints].sort(compareText)
  const periods = days.flatMap((name) => {
    const day = localDayNamed(zone, name)!
    return periodsBetween(day.start, day.end)
  })
  const values = new Int32Array(periods.length * sorted.length)
  for (const [row, time] of periods.entries()) for (const [column, point] of sorted.entries()) values[row * sorted.length + column] = wh(point, row, time)
  return { meteringPoints: sorted, periods, values, substitutes: new Set() }
}

export const poolStep: ShareStep = { step: "share", name: "pool", within: "community", key: { kind: "dynamic" }, consumerPrice: 120_000 }
export const tradesStep: Step = { step: "trades", imbalance: { kind: "two-price", shortPrice: 250_000, longPrice: 60_000 } }

export const plainTariff: ReadonlyArray<TariffComponent> = [
  { name: "energy", kind: "energy", from: "2010-01-01", price: 250_000, vatPerMille: 200 },
  { name: "feed-in", kind: "feed-in", from: "2010-01-01", price: 60_000 }
]

/** Ada has a roof, Ben and Cleo a home each. */
export const villageRules = (steps: ReadonlyArray<Step>): RuleSet => ({
  community: "sun",
  timeZone: zone,
  currency: "EUR",
  areas: [{ area: "north", deadlineDays: 10 }],
  members: [
    { member: "ada", points: [{ meteringPoint: "ada-roof", direction: "injection", area: "north", plantW: 10_000 }] },
    { member: "ben", points: [{ meteringPoint: "ben-home", direction: "withdrawal", area: "north", gridLevel: 7 }] },
    { member: "cleo", points: [{ meteringPoint: "cleo-home", direction: "withdrawal", area: "north", gridLevel: 6 }] }
  ],
  versions: [{ from: "2010-01-01", resolutionMinutes: 15, steps }]
})

/** Inputs of the village over 2016-03-25 with the given values of the first periods; all others are zero. */
export const villageInputs = (
  first: Readonly<Record<string, ReadonlyArray<number>>>,
  { steps = [poolStep], components = plainTariff, days = ["2016-03-25"], ...rest }: Partial<CommunityInputs> & { readonly steps?: ReadonlyArray<Step>; readonly components?: ReadonlyArray<TariffComponent>; readonly days?: ReadonlyArray<string> } = {}
): CommunityInputs => ({
  rules: villageRules(steps),
  tariffs: { currency: "EUR", components },
  intervals: intervalsOf(days, Object.keys(first), (point, index) => first[point]![index] ?? 0),
  trades: [],
  priceAt: () => undefined,
  coefficientAt: () => undefined,
  ...rest
})
