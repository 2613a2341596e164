import { describe, expect, it } from "vitest"
import { intervalsOf, plainTariff, poolStep, tradesStep, villageInputs, villageRules } from "../../../../property-tests/settlement/village.ts"
import type { CommunityInputs } from "./community-inputs.ts"
import type { RuleSet } from "./rule-set.ts"
import { settleCommunity } from "./settle-community.ts"

const first = Date.parse("2016-03-24T23:00Z") / 1000
const entriesOf = (inputs: CommunityInputs) =>
  settleCommunity(inputs, "2016-04-30").entries.map(({ kind, label, payer, payee, energyWh, amount }) => `${kind} ${label}: ${payer} -> ${payee} ${energyWh} Wh ${amount}`)

const sunny = { "ada-roof": [1_000], "ben-home": [900], "cleo-home": [500] }

describe("a quarter hour by hand", () => {
  it("shares 1,000 Wh 643 : 357 at 12 ct, the rest comes from the supplier at 25 ct", () => {
    expect(entriesOf(villageInputs(sunny))).toEqual([
      "sharing pool: @community -> ada 1000 Wh 120000000",
      "sharing pool: ben -> @community 643 Wh 77160000",
      "energy energy: ben -> @supplier 257 Wh 64250000",
      "sharing pool: cleo -> @community 357 Wh 42840000",
      "energy energy: cleo -> @supplier 143 Wh 35750000"
    ])
  })
  it("between neighbours: who got whose energy stands in the entry, and nobody else does", () => {
    expect(entriesOf(villageInputs(sunny, { steps: [{ ...poolStep, bilateral: true }] })).filter((line) => line.startsWith("sharing"))).toEqual([
      "sharing pool: ben -> ada 643 Wh 77160000",
      "sharing pool: cleo -> ada 357 Wh 42840000"
    ])
  })
  it("delivers a trade first: 600 sold at 10 ct, 500 injected, 100 short at 15 ct", () => {
    const trades = [{ tradeId: "1", period: first, buyPoint: "ben-home", sellPoint: "ada-roof", price: 100_000, quantity: 600 }]
    const inputs = villageInputs({ "ada-roof": [500], "ben-home": [800], "cleo-home": [0] }, { steps: [tradesStep, poolStep], trades })
    expect(entriesOf(inputs)).toEqual([
      "imbalance imbalance: ada -> ben 100 Wh 15000000",
      "energy energy: ben -> @supplier 300 Wh 75000000",
      "market market: ben -> ada 500 Wh 50000000"
    ])
  })
  it("at a single price the trade is firm and each side's balance group answers: Ada bought 100 Wh back at 40 ct", () => {
    const trades = [{ tradeId: "1", period: first, buyPoint: "ben-home", sellPoint: "ada-roof", price: 100_000, quantity: 600 }]
    const steps = [{ step: "trades", imbalance: { kind: "single-price", price: { series: "imbalance" } } } as const]
    const inputs = villageInputs({ "ada-roof": [500], "ben-home": [800], "cleo-home": [0] }, { steps, trades, priceAt: () => 400_000 })
    expect(entriesOf(inputs)).toEqual([
      "imbalance single price: ada -> @balance-group/default 100 Wh 40000000",
      "energy energy: ben -> @supplier 200 Wh 50000000",
      "market market: ben -> ada 600 Wh 60000000"
    ])
  })
})

it("Austria: grid fee of 5 ct on level 7, 57 % less on what the local community shared", () => {
  const components = [
    { name: "grid", kind: "grid-fee", from: "2016-01-01", on: ["residual"], gridLevels: [7], price: 50_000 },
    { name: "grid, local", kind: "grid-fee", from: "2016-01-01", on: ["shared"], steps: ["pool"], gridLevels: [7], price: 50_000, reductionPercent: 57 }
  ] as const
  expect(entriesOf(villageInputs(sunny, { components })).filter((line) => line.startsWith("grid-fee"))).toEqual([
    "grid-fee grid: ben -> @grid-operator 257 Wh 12850000",
    "grid-fee grid, local: ben -> @grid-operator 643 Wh 13824500"
  ])
})

it("subscription by day, capacity by the highest quarter hour, a cap in money", () => {
  const components = [
    { name: "meter", kind: "subscription", from: "2016-03-25", perMonth: 3_100_000 },
    { name: "peak", kind: "capacity", from: "2016-01-01", price: 3_100_000 },
    { name: "energy", kind: "energy", from: "2016-01-01", price: 1_000_000, maximum: 100_000 }
  ] as const
  const [ben] = [entriesOf(villageInputs({ "ben-home": [100, 900, 200] }, { components }))]
  // 3.10 a month is 0.10 a day; 900 Wh in a quarter hour are 3.6 kW at 0.10 a day; 1.20 is capped at 0.10.
  expect(ben).toEqual(["capacity peak: ben -> @grid-operator 0 Wh 360000000", "subscription meter: ben -> @grid-operator 0 Wh 100000000", "energy energy: ben -> @supplier 1200 Wh 100000000"])
})

it("standing charges go by day and month: three days over the turn of a month, of which the last one is at the new rate", () => {
  const meter = { name: "meter", kind: "subscription", perMonth: 3_100_000 } as const
  const components = [{ ...meter, from: "2016-01-01", until: "2016-03-31" }, { ...meter, from: "2016-04-01", perMonth: 3_000_000 }] as const
  const inputs = villageInputs({ "ben-home": [1] }, { components, days: ["2016-03-30", "2016-03-31", "2016-04-01"] })
  // Two of 31 days at 3.10 a month, one of 30 at 3.00.
  expect(settleCommunity(inputs, "2016-04-30").entries.map(({ parts }) => parts.map(({ from, until, amount }) => [from, until, amount]))).toEqual([
    [["2016-03-30", "2016-03-31", 200_000_000n], ["2016-04-01", "2016-04-01", 100_000_000n]]
  ])
})

it("a new rate touches no earlier day, and the day before is settled as it was", () => {
  const components = [{ ...plainTariff[0]!, until: "2016-03-25" }, { ...plainTariff[0]!, from: "2016-03-26", price: 300_000 }]
  const inputs = villageInputs({ "ben-home": Array.from({ length: 192 }, () => 1) }, { components, days: ["2016-03-25", "2016-03-26"] })
  expect(settleCommunity(inputs, "2016-04-30").entries[0]!.parts).toEqual([
    { from: "2016-03-25", until: "2016-03-25", price: 250_000, energyWh: 96, amount: 24_000_000n },
    { from: "2016-03-26", until: "2016-03-26", price: 300_000, energyWh: 96, amount: 28_800_000n }
  ])
})

describe("members and rules in time", () => {
  const days = ["2016-03-25", "2016-03-26"]
  const all = { "ada-roof": 100, "ben-home": 100, "cleo-home": 100 } as Record<string, number>
  const inputsOf = (rules: RuleSet): CommunityInputs => villageInputs({}, { rules, intervals: intervalsOf(days, Object.keys(all), (point) => all[point]!) })

  it("Cleo leaves after the first day: on the second Ben has all", () => {
    const rules = villageRules([poolStep])
    const [ada, ben, cleo] = rules.members
    const { entries, points } = settleCommunity(inputsOf({ ...rules, members: [ada!, ben!, { ...cleo!, points: [{ ...cleo!.points[0]!, until: "2016-03-25" }] }] }), "2016-04-30")
    const shared = entries.filter(({ kind, payer }) => kind === "sharing" && payer !== "@community").map(({ payer, energyWh }) => [payer, energyWh])
    expect(shared).toEqual([["ben", 96 * 150], ["cleo", 96 * 50]])
    expect(points.find(({ member }) => member === "cleo")!.energyWh).toBe(96 * 100)
  })

  it("a key changes with its own day", () => {
    const half = { ...poolStep, key: { kind: "static", partsPerMillion: { "ben-home": 250_000, "cleo-home": 500_000 } } } as const
    const rules = villageRules([poolStep])
    const { entries } = settleCommunity(inputsOf({ ...rules, versions: [...rules.versions, { from: "2016-03-26", resolutionMinutes: 15, steps: [half] }] }), "2016-04-30")
    const ben = entries.find(({ kind, payer }) => kind === "sharing" && payer === "ben")!
    expect(ben.parts.map(({ from, energyWh }) => [from, energyWh])).toEqual([["2016-03-25", 96 * 50], ["2016-03-26", 96 * 25]])
  })
})

it("Italy: by the hour, the older plant first, each in its premium class", () => {
  const key = { kind: "plant-order" } as const
  const premium = [{ upToW: 200_000, price: 80_000 }, { upToW: 600_000, price: 70_000 }, { price: 60_000 }]
  const rules = villageRules([{ ...poolStep, key, consumerPrice: 0, premium }])
  const roof = rules.members[0]!.points[0]!
  const plants = [
    { ...roof, meteringPoint: "a-new", plantW: 150_000, commissioned: "2015-05-01" },
    { ...roof, meteringPoint: "b-old", plantW: 500_000, commissioned: "2014-05-01" }
  ]
  const hourly = { ...rules, members: [{ member: "ada", points: plants }, ...rules.members.slice(1)], versions: [{ ...rules.versions[0]!, resolutionMinutes: 60 as const }] }
  // In the hour 100 Wh injected before 90 withdrawn: 90 shared although no quarter hour has both.
  const values = { "a-new": [50], "b-old": [50], "ben-home": [0, 0, 90], "cleo-home": [] }
  const { entries } = settleCommunity({ ...villageInputs(values, { components: [] }), rules: hourly }, "2016-04-30")
  expect(entries.filter(({ kind }) => kind === "premium").map(({ payeePoint, energyWh, amount }) => [payeePoint, energyWh, amount])).toEqual([
    ["a-new", 40, 3_200_000n],
    ["b-old", 50, 3_500_000n]
  ])
})

it("a hierarchy: own roof first, then the building, then all", () => {
  const rules = villageRules([
    { ...poolStep, name: "own roof", within: "member", consumerPrice: 0 },
    { ...poolStep, name: "building", within: "building", consumerPrice: 100_000 },
    poolStep
  ])
  const [ada, ben, cleo] = rules.members
  const inBuilding = { ...ada!, points: [{ ...ada!.points[0]!, building: "b" }, { ...ben!.points[0]!, meteringPoint: "ada-home", building: "b" }] }
  const members = [inBuilding, { ...ben!, points: [{ ...ben!.points[0]!, building: "b" }] }, cleo!]
  const inputs = villageInputs({ "ada-home": [300], "ada-roof": [1_000], "ben-home": [200], "cleo-home": [900] }, { components: [] })
  const { entries, points } = settleCommunity({ ...inputs, rules: { ...rules, members } }, "2016-04-30")
  expect(entries.filter(({ payer }) => !payer.startsWith("@")).map(({ payer, label, energyWh, amount }) => [payer, label, energyWh, amount])).toEqual([
    ["ada", "own roof", 300, 0n],
    ["ben", "building", 200, 20_000_000n],
    ["cleo", "pool", 500, 60_000_000n]
  ])
  expect(points.find(({ meteringPoint }) => meteringPoint === "ada-roof")).toMatchObject({ ownWh: 300, sharedWh: 700, beyondWh: 0 })
})

it("participation: 60 % of Ben's meter is settled here, and 10 % that takes part nowhere, since sun is the first by id", () => {
  const rules = villageRules([poolStep])
  const participation = [{ from: "2016-01-01", factors: [{ community: "sun", percent: 60 }, { community: "wind", percent: 30 }] }]
  const members = rules.members.map((one) => (one.member === "ben" ? { ...one, points: [{ ...one.points[0]!, participation }] } : one))
  const inputs = villageInputs({ "ada-roof": [1_000], "ben-home": [1_000], "cleo-home": [0] })
  expect(settleCommunity({ ...inputs, rules: { ...rules, members } }, "2016-04-30").points.find(({ member }) => member === "ben")).toMatchObject({ energyWh: 700, sharedWh: 600, beyondWh: 100 })
})

describe("what lacks", () => {
  const gone = villageInputs(sunny)
  const holes = { ...gone, intervals: { ...gone.intervals, values: gone.intervals.values.map((value, place) => (place % 3 === 1 ? -1 : value)) } }
  it("a dead meter blocks nobody: its values count as zero and are named", () => {
    const { lacks, points } = settleCommunity(holes, "2016-04-30")
    expect(lacks).toEqual([{ status: "ValuesMissing", name: "ben-home", values: 96 }])
    expect(points.find(({ member }) => member === "cleo")!.sharedWh).toBe(500)
  })
  it("an area is waited for until its deadline, then the run is provisional", () => {
    const rules = { ...gone.rules, areas: [...gone.rules.areas, { area: "south", deadlineDays: 10 }], members: gone.rules.members.map((one) => (one.member === "ben" ? { ...one, points: [{ ...one.points[0]!, area: "south" }] } : one)) }
    expect(() => settleCommunity({ ...holes, rules }, "2016-04-04")).toThrow("AreaAwaited: area south has sent no value yet and has until 2016-04-04")
    expect(settleCommunity({ ...holes, rules }, "2016-04-05").lacks[0]).toEqual({ status: "AreaMissing", name: "south", values: 96 })
  })
  it.each<[string, Partial<CommunityInputs>]>([
    ["PartOfADay", { intervals: { ...gone.intervals, periods: gone.intervals.periods.slice(1) } }],
    ["CurrenciesDiffer", { tariffs: { currency: "CHF", components: [] } }],
    ["TradesWithoutStep", { trades: [{ tradeId: "1", period: first, buyPoint: "ben-home", sellPoint: "ada-roof", price: 1, quantity: 1 }] }],
    ["TradeOutsidePeriods", { trades: [{ tradeId: "1", period: 0, buyPoint: "ben-home", sellPoint: "ada-roof", price: 1, quantity: 1 }] }],
    ["TradeOfUnknownPoint", { trades: [{ tradeId: "1", period: first, buyPoint: "ada-roof", sellPoint: "ada-roof", price: 1, quantity: 1 }] }],
    ["BeforeTheFirstVersion", { rules: { ...gone.rules, versions: [{ ...gone.rules.versions[0]!, from: "2016-03-26" }] } }],
    ["UnknownMeteringPoint", { rules: { ...gone.rules, members: gone.rules.members.slice(1) } }]
  ])("%s is refused by name", (status, change) => {
    expect(() => settleCommunity({ ...gone, ...change }, "2016-04-30")).toThrow(status)
  })
})

it("hourly rules refuse a price that changes within an hour, and take one that changes with it", () => {
  const rules = villageRules([poolStep])
  const hourly = { ...rules, versions: [{ ...rules.versions[0]!, resolutionMinutes: 60 as const }] }
  const at = (clock: string): CommunityInputs => villageInputs({ "ben-home": [10] }, { rules: hourly, components: [{ name: "energy", kind: "energy", from: "2016-01-01", price: { bands: [{ from: "00:00", to: clock, price: 100 }], otherwise: 200 } }] })
  expect(() => settleCommunity(at("00:30"), "2016-04-30")).toThrow("the price changes within the hour")
  expect(settleCommunity(at("01:00"), "2016-04-30").entries.map(({ amount }) => amount)).toEqual([1_000n])
})
