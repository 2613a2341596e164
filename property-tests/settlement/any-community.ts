import fc from "fast-check"
import type { CommunityInputs, IntervalColumns, SettledTrade } from "../../engine/core/settlement/community/community-inputs.ts"
import { isBetweenPairs, type KeyRule, type RuleMember, type RulePoint, type RuleVersion, type Step } from "../../engine/core/settlement/community/rule-set.ts"
import type { TariffComponent } from "../../engine/core/tariff/component.ts"
import type { PriceRule } from "../../engine/core/tariff/price-rule.ts"
import { localDayNamed } from "../../engine/core/calendar/local-day.ts"
import { periodsBetween } from "../../engine/core/calendar/period.ts"
import { zone } from "./village.ts"

/** Days of 92, 100 and 96 periods, alone and with the next. */
export const someDays: fc.Arbitrary<ReadonlyArray<string>> = fc.constantFrom(["2016-03-27"], ["2016-10-30"], ["2016-02-29"], ["2016-03-27"], ["2016-10-30"], ["2016-03-26", "2016-03-27"], ["2016-10-30", "2016-10-31"])

const constantPrice = fc.oneof(fc.constantFrom(0, 120_000, -20_000), fc.integer({ min: -50_000, max: 400_000 }))
const price: fc.Arbitrary<PriceRule> = fc.oneof(
  { weight: 3, arbitrary: constantPrice },
  { weight: 1, arbitrary: fc.tuple(constantPrice, constantPrice).map(([night, otherwise]) => ({ bands: [{ from: "22:00", to: "06:00", price: night }], otherwise })) },
  { weight: 1, arbitrary: fc.constant({ series: "spot", plus: 5_000, minimum: -100_000, maximum: 300_000 }) }
)

const days = ["2016-03-27", "2016-10-31"]

/** A point of a member; `changesOn` is a day from which its grid level and building are others, in an entry of its own. */
type OwnedPoint = RulePoint & { readonly member: number; readonly changesOn: string | undefined }

const pointOf = (place: number, member: number): fc.Arbitrary<OwnedPoint> =>
  fc
    .record({
      injection: fc.boolean(),
      building: fc.constantFrom(undefined, "a", "b"),
      gridLevel: fc.constantFrom(undefined, 6, 7),
      span: fc.constantFrom("whole", "whole", "whole", "joins", "leaves", "changes"),
      day: fc.constantFrom(...days),
      percents: fc.constantFrom(undefined, undefined, [100], [60, 40], [33, 33, 33], [1]),
      plantW: fc.constantFrom(undefined, 10_000, 300_000, 700_000)
    })
    .map(({ injection, building, gridLevel, span, day, percents, plantW }) => ({
      member,
      meteringPoint: `p${place}`,
      direction: injection ? ("injection" as const) : ("withdrawal" as const),
      area: "north",
      building,
      gridLevel,
      plantW,
      from: span === "joins" ? day : undefined,
      until: span === "leaves" ? day : undefined,
      changesOn: span === "changes" ? day : undefined,
      participation: percents === undefined ? undefined : [{ from: "2010-01-01", factors: percents.map((percent, index) => ({ community: ["sun", "moon", "wind"][index]!, percent })) }]
    }))

const keyOf = (points: ReadonlyArray<RulePoint>): fc.Arbitrary<KeyRule> => {
  const names = (direction: string) => points.filter((point) => point.direction === direction).map(({ meteringPoint }) => meteringPoint)
  const [producers, consumers] = [names("injection"), names("withdrawal")]
  const even = (parts: number): Record<string, number> => Object.fromEntries(consumers.map((name) => [name, Math.floor(parts / Math.max(1, consumers.length))]))
  return fc.oneof(
    fc.constantFrom<KeyRule>({ kind: "dynamic" }, { kind: "equal" }, { kind: "plant-order" }, { kind: "static-series" }, { kind: "matrix-series" }),
    fc.integer({ min: 0, max: 1_000_000 }).map((parts): KeyRule => ({ kind: "static", partsPerMillion: even(parts) })),
    fc.integer({ min: 0, max: 1_000_000 }).map((parts): KeyRule => ({ kind: "static-hourly", partsPerMillion: Object.fromEntries(Object.entries(even(parts)).map(([name, one]) => [name, Array.from({ length: 24 }, (_, hour) => (hour % 3 === 0 ? one : 0))])) })),
    fc.constant<KeyRule>({ kind: "contracts", contracts: producers.flatMap((producer) => consumers.map((consumer) => ({ producer, consumer, partsPerMillion: Math.floor(900_000 / consumers.length) }))) })
  )
}

const shareOf = (points: ReadonlyArray<RulePoint>, name: string): fc.Arbitrary<Step> =>
  fc
    .record({ key: keyOf(points), within: fc.constantFrom("community" as const, "building" as const, "member" as const, "area" as const), consumerPrice: price, producerPrice: fc.option(price, { nil: undefined }), bilateral: fc.constantFrom(undefined, undefined, true), premium: fc.boolean() })
    .map((step) => ({ ...step, step: "share" as const, name, producerPrice: isBetweenPairs(step) ? undefined : step.producerPrice, premium: step.premium ? [{ upToW: 200_000, price: 80_000 }, { price: 60_000 }] : undefined }))

const versionOf = (points: ReadonlyArray<RulePoint>, from: string): fc.Arbitrary<RuleVersion> =>
  fc
    .record({ hourly: fc.boolean(), trades: fc.constantFrom("none", "two-price", "single-price"), first: shareOf(points, "first"), second: fc.option(shareOf(points, "second"), { nil: undefined }) })
    .map(({ hourly, trades, first, second }) => {
      const delivery: Array<Step> =
        trades === "none" ? [] : [{ step: "trades", imbalance: trades === "two-price" ? { kind: "two-price", shortPrice: 250_000, longPrice: 60_000 } : { kind: "single-price", price: { series: "spot" } } }]
      return { from, resolutionMinutes: hourly && trades === "none" ? 60 : 15, steps: [...delivery, first, ...(second === undefined ? [] : [second])] }
    })

const components: fc.Arbitrary<ReadonlyArray<TariffComponent>> = fc
  .record({ energy: price, feedIn: price, fee: constantPrice, reduction: fc.integer({ min: 0, max: 100 }), changes: fc.boolean(), maximum: fc.option(fc.nat(1_000_000), { nil: undefined }) })
  .map(({ energy, feedIn, fee, reduction, changes, maximum }) => [
    { name: "energy", kind: "energy", from: "2010-01-01", price: energy, vatPerMille: 200 },
    { name: "feed-in", kind: "feed-in", from: "2010-01-01", price: feedIn },
    { name: "fee", kind: "grid-fee", from: "2010-01-01", until: changes ? "2016-03-26" : undefined, price: fee, gridLevels: [7], maximum },
    ...(changes ? [{ name: "fee", kind: "grid-fee", from: "2016-03-27", price: fee + 1, gridLevels: [7], reductionPercent: reduction, maximum } as const] : []),
    { name: "meter", kind: "subscription", from: "2016-03-27", perMonth: 1_234_567, vatPerMille: 55 },
    { name: "peak", kind: "capacity", from: "2010-01-01", price: 3_333_333, reductionPercent: reduction, maximum },
    { name: "trade", kind: "levy", from: "2010-01-01", classes: ["business"], price: 7 }
  ])

const wattHours = fc.oneof(fc.constantFrom(-1, 0, 0, 1, 2, 3), fc.nat(5_000))

/** The entries of a point: one, or one until the day before it changes and one from then on. */
const entriesOf = ({ changesOn, ...point }: OwnedPoint): Array<RulePoint> =>
  changesOn === undefined ? [point] : [{ ...point, until: new Date(Date.parse(changesOn) - 86_400_000).toISOString().slice(0, 10) }, { ...point, from: changesOn, gridLevel: 7, building: "b", class: "business" }]

const membersOf = (points: ReadonlyArray<OwnedPoint>): Array<RuleMember> => [...Map.groupBy(points, ({ member }) => member)].map(([member, owned]) => ({ member: `m${member}`, points: owned.flatMap(entriesOf) }))

const isThere = ({ from, until }: RulePoint, day: string): boolean => (from ?? "") <= day && day <= (until ?? "9999")

/** Trades between points of different members that are there on the first day; only where the version of the day has the step. */
const tradesOf = (points: ReadonlyArray<OwnedPoint>, version: RuleVersion, day: string, wishes: ReadonlyArray<readonly [number, number, number, number]>): Array<SettledTrade> => {
  if (version.steps[0]!.step !== "trades") return []
  const { start } = notable.get(day)!
  return wishes.flatMap(([sell, buy, index, quantity], place) => {
    const [seller, buyer] = [points[sell % points.length]!, points[buy % points.length]!]
    if (seller.direction !== "injection" || buyer.direction !== "withdrawal" || seller.member === buyer.member || !isThere(seller, day) || !isThere(buyer, day)) return []
    return [{ tradeId: `t${place}`, period: start + 900 * index, buyPoint: buyer.meteringPoint, sellPoint: seller.meteringPoint, price: 1_000 * (quantity % 300) - 20_000, quantity: quantity + 1 }]
  })
}

const notable = new Map(["2016-02-29", "2016-03-26", "2016-03-27", "2016-10-30", "2016-10-31"].map((name) => [name, localDayNamed(zone, name)!]))

/** Values that repeat some energies in another order for each point; points are called p0, p1 and so on. */
const intervalsOf = (names: ReadonlyArray<string>, points: ReadonlyArray<RulePoint>, energies: ReadonlyArray<number>): IntervalColumns => {
  const periods = names.flatMap((name) => periodsBetween(notable.get(name)!.start, notable.get(name)!.end))
  const values = new Int32Array(periods.length * points.length)
  for (let row = 0; row < periods.length; row++) for (let column = 0; column < points.length; column++) values[row * points.length + column] = energies[(row * 7 + column * 3) % energies.length]!
  return { meteringPoints: points.map(({ meteringPoint }) => meteringPoint), periods, values, substitutes: new Set() }
}

/** Any community that the rules admit: joins, leaves, several keys, trades, factors, prices of every form, gaps, zero and one member. */
export const anyCommunity: fc.Arbitrary<CommunityInputs> = fc
  .tuple(someDays, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }))
  .chain(([names, owners]) =>
    fc.tuple(fc.constant(names), fc.tuple(...owners.map((member, place) => pointOf(place, member)))).chain(([names, points]) =>
      fc.record({
        names: fc.constant(names),
        points: fc.constant(points),
        first: versionOf(points, "2010-01-01"),
        second: fc.option(versionOf(points, names.at(-1)!), { nil: undefined }),
        components,
        wishes: fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(90), fc.nat(4_000)), { maxLength: 5 }),
        energies: fc.array(wattHours, { minLength: 1, maxLength: 12 })
      })
    )
  )
  .map(({ names, points, first, second, components, wishes, energies }) => ({
    rules: {
      community: "sun",
      timeZone: zone,
      currency: "EUR",
      areas: [{ area: "north", deadlineDays: 0 }],
      members: membersOf(points),
      versions: second === undefined ? [first] : [first, second].map((version, place) => (place === 0 ? { ...version, from: "2009-01-01" } : version))
    },
    tariffs: { currency: "EUR", components },
    intervals: intervalsOf(names, points, energies),
    trades: tradesOf(points, second !== undefined && names.length === 1 ? second : first, names[0]!, wishes),
    priceAt: (_, time) => (Math.floor(time / 3_600) % 7) * 10_000 - 15_000,
    coefficientAt: (time, producer, consumer) => ((time / 900 + producer.length + Number(consumer.slice(1))) % 5) * 30_000
  }))
