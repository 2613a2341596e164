import { describe, expect, it } from "vitest"
import { intervalsOf, poolStep, villageInputs, villageRules } from "../../../../property-tests/settlement/village.ts"
import type { TariffComponent } from "../../tariff/component.ts"
import type { CommunityInputs } from "./community-inputs.ts"
import type { RulePoint, RuleSet } from "./rule-set.ts"
import { settleCommunity } from "./settle-community.ts"
import { statementsOf } from "./statement.ts"

const on = "2016-04-30"
const days = ["2016-03-25", "2016-03-26", "2016-03-27", "2016-03-28"]

/** Ben's entries of his point, instead of the village's one. */
const withBen = (...points: ReadonlyArray<Partial<RulePoint>>): RuleSet => {
  const rules = villageRules([poolStep])
  return { ...rules, members: rules.members.map((one) => (one.member === "ben" ? { ...one, points: points.map((point) => ({ ...one.points[0]!, ...point })) } : one)) }
}

/** Ben consumes the given Wh on each day in its first period, nobody else anything. */
const benInputs = (wh: ReadonlyArray<number>, components: ReadonlyArray<TariffComponent>, rules: RuleSet = villageRules([poolStep])): CommunityInputs =>
  villageInputs(
    {},
    {
      rules,
      components,
      intervals: intervalsOf(days, ["ben-home"], (_, __, time) => (new Date(time * 1000).toISOString().slice(11, 16) === "12:00" ? wh[days.indexOf(new Date(time * 1000).toISOString().slice(0, 10))]! : 0))
    }
  )

const amountOf = (inputs: CommunityInputs, kind: string, member = "ben"): bigint =>
  settleCommunity(inputs, on).entries.filter((entry) => entry.kind === kind && (entry.payer === member || entry.payee === member)).reduce((sum, { amount }) => sum + amount, 0n)

const energy = (change: Partial<TariffComponent>): TariffComponent => ({ name: "energy", kind: "energy", from: "2016-01-01", price: 1_000, ...change })
const peak = (change: Partial<TariffComponent> = {}): TariffComponent => ({ name: "peak", kind: "capacity", from: "2016-01-01", price: 3_100_000, ...change })

describe("caps", () => {
  // 400 Wh on each day at 1,000 micro-units are 400,000 nano-units: the cap of 1,000 micro-units is reached on the third day.
  const wh = [400, 400, 400, 400]
  it("hold for the settlement period, not for each stretch of days", () => {
    expect(amountOf(benInputs(wh, [energy({ maximum: 1_000 })]), "energy")).toBe(1_000_000n)
    const changing = villageRules([poolStep])
    const versions = [...changing.versions, { ...changing.versions[0]!, from: "2016-03-27" }]
    expect(amountOf(benInputs(wh, [energy({ maximum: 1_000 })], { ...changing, versions }), "energy")).toBe(1_000_000n)
  })
  it("a later rate's cap takes back nothing of earlier days, and an earlier one's does not bind later days", () => {
    const [first, second] = [energy({ until: "2016-03-26", maximum: 700 }), energy({ from: "2016-03-27", price: 2_000 })]
    // Two days cost 800,000, capped at 700,000; then two days of 800,000 without a cap.
    expect(amountOf(benInputs(wh, [first, second]), "energy")).toBe(700_000n + 1_600_000n)
    // The cap of 500 begins on the third day: what went before stands, and is not counted, since it had no cap.
    expect(amountOf(benInputs(wh, [energy({ until: "2016-03-26" }), { ...second, maximum: 500 }]), "energy")).toBe(800_000n + 500_000n)
    // Both have a cap: the later one counts what the earlier one has cost.
    expect(amountOf(benInputs(wh, [first, { ...second, maximum: 900 }]), "energy")).toBe(900_000n)
    expect(amountOf(benInputs(wh, [first, { ...second, maximum: 600 }]), "energy")).toBe(700_000n)
  })
  it("a rate parted in two equal ones costs the same", () => {
    for (const maximum of [300, 900, 1_300, 5_000]) {
      const parted = [energy({ until: "2016-03-26", maximum }), energy({ from: "2016-03-27", maximum })]
      expect(amountOf(benInputs(wh, parted), "energy")).toBe(amountOf(benInputs(wh, [energy({ maximum })]), "energy"))
    }
  })
  it("each grid level has its own, though the components have one name", () => {
    const fee = (gridLevels: Array<number>, maximum: number): TariffComponent => ({ name: "grid", kind: "grid-fee", from: "2016-01-01", gridLevels, price: 10_000, maximum })
    const inputs = villageInputs({ "ben-home": [1_000], "cleo-home": [1_000] }, { components: [fee([7], 1_000), fee([6], 2_000)] })
    expect([amountOf(inputs, "grid-fee"), amountOf(inputs, "grid-fee", "cleo")]).toEqual([1_000_000n, 2_000_000n])
  })
  it("hold for the plain tariff too, so that nobody is told to have saved what the cap took off", () => {
    const statement = statementsOf(settleCommunity(villageInputs({ "ben-home": [100_000] }, { components: [energy({ price: 250_000, maximum: 2_000_000 })] }), on)).find(({ member }) => member === "ben")!
    expect([statement.totalCents, statement.plainCents, statement.savingsCents]).toEqual([-200n, -200n, 0n])
  })
})

describe("a capacity price", () => {
  // 900 Wh in a quarter hour are 3.6 kW: at 3.10 a kW and month, 0.36 a day.
  const wh = [900, 100, 300, 200]
  it("a new rate takes over its days of the month, not a peak of its own", () => {
    const parted = [peak({ until: "2016-03-26" }), peak({ from: "2016-03-27" })]
    expect(amountOf(benInputs(wh, [peak()]), "capacity")).toBe(4n * 360_000_000n)
    expect(amountOf(benInputs(wh, parted), "capacity")).toBe(4n * 360_000_000n)
    expect(amountOf(benInputs(wh, [peak({ until: "2016-03-26" }), peak({ from: "2016-03-27", price: 6_200_000 })]), "capacity")).toBe(6n * 360_000_000n)
  })
  it("another grid level from a day on: the peak is still the month's", () => {
    const rules = withBen({ until: "2016-03-26", gridLevel: 7 }, { from: "2016-03-27", gridLevel: 6 })
    expect(amountOf(benInputs(wh, [peak({ gridLevels: [7] }), peak({ name: "peak 6", gridLevels: [6], price: 1_550_000 })], rules), "capacity")).toBe(3n * 360_000_000n)
  })
  it("a member pays for the own days and the own peak only", () => {
    const rules = withBen({ until: "2016-03-26" })
    const [ada, ben, cleo] = rules.members
    const taken = { ...cleo!, points: [{ ...ben!.points[0]!, from: "2016-03-27", until: undefined }] }
    const inputs = benInputs(wh, [peak(), { name: "meter", kind: "subscription", from: "2016-01-01", perMonth: 31_000 }], { ...rules, members: [ada!, ben!, taken] })
    // Cleo's highest is 300 Wh: 0.12 a day.
    expect([amountOf(inputs, "capacity"), amountOf(inputs, "capacity", "cleo")]).toEqual([2n * 360_000_000n, 2n * 120_000_000n])
    expect([amountOf(inputs, "subscription"), amountOf(inputs, "subscription", "cleo")]).toEqual([2_000_000n, 2_000_000n])
  })
})

describe("what changes with a day is taken from its own day", () => {
  const wh = [100, 100, 100, 100]
  it("grid level", () => {
    const fee = (level: number, price: number): TariffComponent => ({ name: `level ${level}`, kind: "grid-fee", from: "2016-01-01", gridLevels: [level], price })
    const rules = withBen({ until: "2016-03-27", gridLevel: 7 }, { from: "2016-03-28", gridLevel: 6 })
    const entries = settleCommunity(benInputs(wh, [fee(7, 50_000), fee(6, 20_000)], rules), on).entries
    expect(entries.map(({ label, energyWh }) => [label, energyWh])).toEqual([["level 6", 100], ["level 7", 300]])
  })
  it("class of the member", () => {
    const by = (name: string): TariffComponent => ({ name, kind: "energy", from: "2016-01-01", classes: [name], price: 50_000 })
    const rules = withBen({ until: "2016-03-25", class: "household" }, { from: "2016-03-26", class: "business" })
    const entries = settleCommunity(benInputs(wh, [by("household"), by("business"), { ...peak(), classes: ["business"] }], rules), on).entries
    expect(entries.map(({ label, energyWh }) => [label, energyWh])).toEqual([["peak", 0], ["business", 300], ["household", 100]])
    expect(entries[0]!.parts.map(({ from, until }) => [from, until])).toEqual([["2016-03-26", "2016-03-28"]])
  })
  it("building", () => {
    const inBuilding = { ...poolStep, within: "building" } as const
    const rules = withBen({ until: "2016-03-25", building: "a" }, { from: "2016-03-26", building: "b" })
    const members = rules.members.map((one) => (one.member === "ada" ? { ...one, points: [{ ...one.points[0]!, building: "b" }] } : one))
    const inputs = villageInputs({}, { components: [], rules: { ...rules, members, versions: [{ ...rules.versions[0]!, steps: [inBuilding] }] }, intervals: intervalsOf(days, ["ada-roof", "ben-home"], () => 1) })
    expect(settleCommunity(inputs, on).points.find(({ member }) => member === "ben")).toMatchObject({ sharedWh: 92 + 96 + 96, beyondWh: 96 })
  })
})

describe("a point in several communities", () => {
  const factors = [{ community: "sun", percent: 60 }, { community: "wind", percent: 30 }]
  const costs = (community: string, given = factors): bigint => {
    const rules = { ...withBen({ participation: [{ from: "2016-01-01", factors: given }] }), community }
    const meter: TariffComponent = { name: "meter", kind: "subscription", from: "2016-01-01", perMonth: 31_000 }
    return amountOf(benInputs([900, 0, 0, 0], [meter, peak()], rules), "subscription") + amountOf(benInputs([900, 0, 0, 0], [meter, peak()], rules), "capacity")
  }
  it("pays standing charges once, where the rest is settled: by the first community by id", () => {
    expect([costs("sun"), costs("wind")]).toEqual([4_000_000n + 4n * 360_000_000n, 0n])
  })
  it("and the part in none is settled once, also by a community that knows the point but has no part in it", () => {
    const settled = (community: string): number => {
      const rules = { ...withBen({ participation: [{ from: "2016-01-01", factors }] }), community }
      return settleCommunity(benInputs([1_000, 0, 0, 0], [], rules), on).points.find(({ member }) => member === "ben")!.energyWh
    }
    expect([settled("moon"), settled("sun"), settled("wind")]).toEqual([0, 700, 300])
    expect(costs("moon")).toBe(0n)
  })
})

it("a reduced fee is rounded once, wherever a change of others parts the days", () => {
  const fee: TariffComponent = { name: "grid", kind: "grid-fee", from: "2016-01-01", price: 1, reductionPercent: 57 }
  const rules = villageRules([poolStep])
  const joining = { ...rules, members: [...rules.members, { member: "dora", points: [{ meteringPoint: "dora-home", direction: "withdrawal" as const, area: "north", from: "2016-03-26" }] }] }
  const of = (set: RuleSet): bigint => amountOf({ ...benInputs([1, 1, 1, 1], [fee], set) }, "grid-fee")
  // Four times 0.43 nano-units are 1.72: 2, and not four times nothing.
  expect([of(rules), of({ ...joining, versions: days.map((from) => ({ ...rules.versions[0]!, from })) })]).toEqual([2n, 2n])
})
