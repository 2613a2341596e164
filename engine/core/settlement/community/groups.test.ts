import { describe, expect, it } from "vitest"
import { poolStep, villageInputs, villageRules } from "../../../../property-tests/settlement/village.ts"
import { checkRules } from "./check-rules.ts"
import type { KeyRule, RuleMember, RulePoint, RuleSet, ShareStep } from "./rule-set.ts"
import { settleCommunity } from "./settle-community.ts"
import { statementsOf } from "./statement.ts"

const on = "2016-04-30"
const point = (meteringPoint: string, direction: RulePoint["direction"], building: string, change: Partial<RulePoint> = {}): RulePoint => ({ meteringPoint, direction, area: "north", building, ...change })
const member = (name: string, ...points: ReadonlyArray<RulePoint>): RuleMember => ({ member: name, points })

/** Two buildings with a roof each, and two tenants in each of them. */
const twoBuildings = [
  member("landlord", point("a-roof", "injection", "a"), point("b-roof", "injection", "b")),
  member("ann", point("ann", "withdrawal", "a")),
  member("axel", point("axel", "withdrawal", "a")),
  member("bea", point("bea", "withdrawal", "b")),
  member("bert", point("bert", "withdrawal", "b"))
]
const rulesOf = (key: KeyRule, members: ReadonlyArray<RuleMember> = twoBuildings, change: Partial<ShareStep> = {}): RuleSet => ({ ...villageRules([{ ...poolStep, within: "building", key, ...change }]), members })
const sharedBy = (rules: RuleSet, values: Readonly<Record<string, ReadonlyArray<number>>>): Record<string, number> =>
  Object.fromEntries(settleCommunity({ ...villageInputs(values, { components: [] }), rules }, on).points.map(({ meteringPoint, sharedWh }) => [meteringPoint, sharedWh]))

const values = { "a-roof": [1_000], "b-roof": [100], ann: [900], axel: [900], bea: [900], bert: [900] }

describe("Germany, building supply (EnWG 42b): each building by itself", () => {
  it("agreed shares sum to the whole in each building", () => {
    const rules = rulesOf({ kind: "static", partsPerMillion: { ann: 700_000, axel: 300_000, bea: 400_000, bert: 600_000 } })
    expect(checkRules(rules)).toBeUndefined()
    expect(sharedBy(rules, values)).toEqual({ "a-roof": 1_000, ann: 700, axel: 300, "b-roof": 100, bea: 40, bert: 60 })
  })
  it("without an agreement: equal parts of the building's own roof", () => {
    expect(sharedBy(rulesOf({ kind: "equal" }), values)).toEqual({ "a-roof": 1_000, ann: 500, axel: 500, "b-roof": 100, bea: 50, bert: 50 })
  })
  it("more than the whole in one building is refused with its name", () => {
    const problem = checkRules(rulesOf({ kind: "static", partsPerMillion: { ann: 700_000, axel: 300_001 } }))
    expect(problem).toMatchObject({ status: "MoreThanTheWhole", path: "versions[0].steps[0].key.partsPerMillion" })
    expect(problem!.text).toContain("building a sum to 1000001")
  })
  it("a building of the same name in another area is another building", () => {
    const south = twoBuildings.map((one) => (one.member === "bea" || one.member === "bert" ? { ...one, points: one.points.map((old) => ({ ...old, building: "a", area: "south" })) } : one))
    const rules = { ...rulesOf({ kind: "dynamic" }, south), areas: [{ area: "north", deadlineDays: 0 }, { area: "south", deadlineDays: 0 }] }
    expect(sharedBy(rules, values)).toEqual({ "a-roof": 1_000, ann: 500, axel: 500, "b-roof": 0, bea: 0, bert: 0 })
  })
})

describe("who is there on a day counts, not who ever was", () => {
  const follows = [...twoBuildings.slice(0, 2), member("axel", point("axel", "withdrawal", "a", { until: "2016-03-25" })), member("anna", point("anna", "withdrawal", "a", { from: "2016-03-26" }))]
  it("a tenant's share passes to the next one with the flat", () => {
    expect(checkRules(rulesOf({ kind: "static", partsPerMillion: { ann: 700_000, axel: 300_000, anna: 300_000 } }, follows))).toBeUndefined()
    expect(checkRules(rulesOf({ kind: "static", partsPerMillion: { ann: 700_000, axel: 300_000, anna: 300_001 } }, follows))!.text).toContain("on 2016-03-26")
  })
  it("and so does a contract", () => {
    const contracts = (parts: number) => ["axel", "anna"].map((consumer) => ({ producer: "a-roof", consumer, partsPerMillion: parts }))
    expect(checkRules(rulesOf({ kind: "contracts", contracts: contracts(1_000_000) }, follows))).toBeUndefined()
  })
})

it("own roof, building, feeder, area: each step takes what the one before left, and nobody else's", () => {
  const at = (name: string, direction: RulePoint["direction"], building: string, feeder: string) => point(name, direction, building, { feeder })
  const members = [
    member("ada", at("ada-roof", "injection", "1", "f"), at("ada-home", "withdrawal", "1", "f")),
    member("ben", at("ben-home", "withdrawal", "1", "f")),
    member("cleo", at("cleo-home", "withdrawal", "2", "f")),
    member("dora", at("dora-home", "withdrawal", "3", "g")),
    member("emil", at("emil-roof", "injection", "3", "g"))
  ]
  const step = (name: string, within: ShareStep["within"]): ShareStep => ({ ...poolStep, name, within })
  const rules = { ...villageRules([step("own roof", "member"), step("building", "building"), step("feeder", "feeder"), step("area", "area")]), members }
  // 1,000 of Ada's roof: 100 her own, 200 Ben in the house, 300 Cleo on the feeder; the 400 left and 50 of Emil's go to Dora.
  const { entries, points } = settleCommunity({ ...villageInputs({ "ada-home": [100], "ada-roof": [1_000], "ben-home": [200], "cleo-home": [300], "dora-home": [600], "emil-roof": [50] }, { components: [] }), rules }, on)
  expect(entries.filter(({ payer }) => payer !== "@community").map(({ payer, label, energyWh }) => [payer, label, energyWh])).toEqual([
    ["ada", "own roof", 100],
    ["ben", "building", 200],
    ["cleo", "feeder", 300],
    ["dora", "area", 400],
    ["dora", "building", 50]
  ])
  expect(points.find(({ meteringPoint }) => meteringPoint === "dora-home")).toMatchObject({ sharedWh: 450, beyondWh: 150 })
})

it("a pair of points of one member bears no VAT: nobody sells to himself", () => {
  const rules = rulesOf({ kind: "dynamic" }, [member("landlord", point("a-roof", "injection", "a"), point("stairs", "withdrawal", "a")), member("ann", point("ann", "withdrawal", "a"))], { bilateral: true, vatPerMille: 190, consumerPrice: 200_000 })
  const [ann, landlord] = statementsOf(settleCommunity({ ...villageInputs({ "a-roof": [10_000], ann: [5_000], stairs: [5_000] }, { components: [] }), rules }, on))
  expect([ann!.netCents, ann!.vat, ann!.totalCents]).toEqual([-100n, [{ perMille: 190, baseCents: -100n, vatCents: -19n }], -119n])
  expect([landlord!.vat, landlord!.totalCents]).toEqual([[], 100n])
})
