import { describe, expect, it } from "vitest"
import { intervalsOf, poolStep, villageInputs, villageRules } from "../../../../property-tests/settlement/village.ts"
import type { CommunityInputs } from "./community-inputs.ts"
import type { KeyRule, RuleSet, ShareStep } from "./rule-set.ts"
import { settleCommunity } from "./settle-community.ts"

/** Whole communities worked out by hand; docs/guides/settlement-sources.md says what was read of each rule's source. */
const on = "2017-01-01"
const sharedOf = (inputs: CommunityInputs): Record<string, number> => Object.fromEntries(settleCommunity(inputs, on).points.map(({ meteringPoint, sharedWh }) => [meteringPoint, sharedWh]))
const withKey = (key: KeyRule, values: Readonly<Record<string, ReadonlyArray<number>>>, rest: Partial<CommunityInputs> = {}, change: Partial<ShareStep> = {}): CommunityInputs => ({
  ...villageInputs(values, { components: [] }),
  rules: villageRules([{ ...poolStep, key, ...change }]),
  ...rest
})

describe("Austria (ElWOG 2010, section 16e; market rules of EDA)", () => {
  it("static: 60 and 40 % of 1,000 Wh; Cleo uses 100 of her 400, and the other 300 are surplus of Ada's to the grid", () => {
    expect(sharedOf(withKey({ kind: "static", partsPerMillion: { "ben-home": 600_000, "cleo-home": 400_000 } }, { "ada-roof": [1_000], "ben-home": [900], "cleo-home": [100] }))).toEqual({ "ada-roof": 700, "ben-home": 600, "cleo-home": 100 })
  })
  it("dynamic: G.01T 600, G.02 in proportion to 900 and 300: G.03 450 and 150, P.01T 0", () => {
    const result = settleCommunity(withKey({ kind: "dynamic" }, { "ada-roof": [600], "ben-home": [900], "cleo-home": [300] }), on)
    expect(result.points.map(({ meteringPoint, sharedWh, beyondWh }) => [meteringPoint, sharedWh, beyondWh])).toEqual([["ada-roof", 600, 0], ["ben-home", 450, 450], ["cleo-home", 150, 150]])
  })
  it("five communities with 30, 25, 20, 15 and 10 %: 1,003 Wh are 301, 251, 201, 150 and 100, each settled by its own", () => {
    const factors = ["east", "hill", "lake", "sun", "wind"].map((community, place) => ({ community, percent: 30 - 5 * place }))
    const rules = villageRules([poolStep])
    const settledBy = (community: string): number => {
      const members = rules.members.map((one) => (one.member === "ben" ? { ...one, points: [{ ...one.points[0]!, participation: [{ from: "2016-01-01", factors }] }] } : one))
      return settleCommunity({ ...villageInputs({ "ada-roof": [9_999], "ben-home": [1_003] }, { components: [] }), rules: { ...rules, community, members } }, on).points.find(({ member }) => member === "ben")!.sharedWh
    }
    expect(factors.map(({ community }) => settledBy(community))).toEqual([301, 251, 201, 150, 100])
  })
})

describe("France (code de l'energie, D315-4 and D315-6; keys of Enedis)", () => {
  const values = { "ada-roof": [1_000, 1_000], "ben-home": [300, 300], "cleo-home": [900, 900] }
  it("static: half each, capped by consumption", () => {
    expect(sharedOf(withKey({ kind: "static", partsPerMillion: { "ben-home": 500_000, "cleo-home": 500_000 } }, values))).toEqual({ "ada-roof": 1_600, "ben-home": 600, "cleo-home": 1_000 })
  })
  it("where the organiser names none: pro rata to consumption in each step, 250 and 750", () => {
    expect(sharedOf(withKey({ kind: "dynamic" }, values))).toEqual({ "ada-roof": 2_000, "ben-home": 500, "cleo-home": 1_500 })
  })
  it("simple dynamic: other coefficients in each step, 20 and 80 %, then 100 and 0 %", () => {
    const coefficientAt = (time: number, _: string, consumer: string): number => (time % 1_800 === 0 ? (consumer === "ben-home" ? 200_000 : 800_000) : consumer === "ben-home" ? 1_000_000 : 0)
    expect(sharedOf(withKey({ kind: "static-series" }, values, { coefficientAt }))).toEqual({ "ada-roof": 1_300, "ben-home": 200 + 300, "cleo-home": 800 })
  })
  it("full dynamic: a coefficient for each pair; Cleo is due 600 of Ada's and 400 of Dora's and takes of both in proportion", () => {
    const inputs = withKey({ kind: "matrix-series" }, { "ada-roof": [1_000], "dora-roof": [400], "ben-home": [900], "cleo-home": [500] }, { coefficientAt: (_, producer, consumer) => (producer === "dora-roof" ? (consumer === "cleo-home" ? 1_000_000 : 0) : consumer === "cleo-home" ? 600_000 : 300_000) })
    const roof = { meteringPoint: "dora-roof", direction: "injection" as const, area: "north" }
    const rules: RuleSet = { ...inputs.rules, members: [...inputs.rules.members, { member: "dora", points: [roof] }] }
    const pairs = settleCommunity({ ...inputs, rules }, on).entries.filter(({ kind }) => kind === "contract")
    expect(pairs.map(({ payer, payee, energyWh }) => [payer, payee, energyWh])).toEqual([["ben", "ada", 300], ["cleo", "ada", 300], ["cleo", "dora", 200]])
  })
})

describe("Spain (RD 244/2019, annex I; TED/1247/2021)", () => {
  const beta = (first: number, then: number): ReadonlyArray<number> => Array.from({ length: 24 }, (_, hour) => (hour < 2 ? first : then))
  const key: KeyRule = { kind: "static-hourly", partsPerMillion: { "ben-home": beta(750_000, 250_000), "cleo-home": beta(250_000, 750_000) } }
  it("by the hour: 75 and 25 % until two, then 25 and 75 %, of the energy of the whole hour", () => {
    const base = withKey(key, {})
    const rules = { ...base.rules, versions: [{ ...base.rules.versions[0]!, resolutionMinutes: 60 as const }] }
    // 400 Wh in the first quarter of each hour, taken in the last.
    const intervals = intervalsOf(["2016-10-30"], ["ada-roof", "ben-home", "cleo-home"], (point, index) => (point === "ada-roof" ? (index % 4 === 0 ? 400 : 0) : index % 4 === 3 ? 1_000 : 0))
    // The hour from two to three comes twice on this day of 25 hours: 2 hours before, 23 after.
    expect(sharedOf({ ...base, rules, intervals })).toEqual({ "ada-roof": 25 * 400, "ben-home": 2 * 300 + 23 * 100, "cleo-home": 2 * 100 + 23 * 300 })
  })
})

it("Italy: a premium of 80 EUR/MWh plus what the zonal price lacks of 180, at most 120 (DM 414/2023)", () => {
  // The column of the price file is 180 EUR/MWh less the zonal price: 200, 150 and 100 EUR/MWh.
  const premium = [{ price: { series: "to 180", plus: 80_000, minimum: 80_000, maximum: 120_000 } }]
  const paid = (lacking: number): bigint => {
    const inputs = withKey({ kind: "plant-order" }, { "ada-roof": [1_000], "ben-home": [1_000] }, { priceAt: () => lacking }, { premium, consumerPrice: 0 })
    return settleCommunity({ ...inputs, rules: { ...inputs.rules, versions: [{ ...inputs.rules.versions[0]!, resolutionMinutes: 60 }] } }, on).entries.find(({ kind }) => kind === "premium")!.amount
  }
  expect([-20_000, 30_000, 80_000].map(paid)).toEqual([80_000_000n, 110_000_000n, 120_000_000n])
})

it("Germany, energy sharing (EnWG 42c): each buyer the contract's part at the contract's price, no more than taken", () => {
  const contracts = [
    { producer: "ada-roof", consumer: "ben-home", partsPerMillion: 600_000, price: 180_000 },
    { producer: "ada-roof", consumer: "cleo-home", partsPerMillion: 300_000 }
  ]
  // Of 1,000 Wh 600 and 300 are due; Ben takes 500 of his 600; 100 were promised to nobody: 200 stay with Ada.
  const { entries, points } = settleCommunity(withKey({ kind: "contracts", contracts }, { "ada-roof": [1_000], "ben-home": [500], "cleo-home": [900] }), on)
  expect(entries.map(({ payer, payee, energyWh, amount }) => [payer, payee, energyWh, amount])).toEqual([["ben", "ada", 500, 90_000_000n], ["cleo", "ada", 300, 36_000_000n]])
  expect(points.find(({ member }) => member === "ada")!.beyondWh).toBe(200)
})
