import { expect, it } from "vitest"
import { poolStep, tradesStep, villageRules } from "../../../../property-tests/settlement/village.ts"
import { checkRules, type RuleStatus } from "./check-rules.ts"
import { settleCommunity } from "./settle-community.ts"
import { villageInputs } from "../../../../property-tests/settlement/village.ts"
import type { KeyRule, RulePoint, RuleSet } from "./rule-set.ts"

const rules = villageRules([poolStep])
const withKey = (key: KeyRule): RuleSet => villageRules([{ ...poolStep, key }])
const withBen = (change: Partial<RulePoint>): RuleSet => ({ ...rules, members: rules.members.map((one) => (one.member === "ben" ? { ...one, points: [{ ...one.points[0]!, ...change }] } : one)) })
const contract = { producer: "ada-roof", consumer: "ben-home", partsPerMillion: 600_000 }

it("the village's rules are accepted", () => {
  expect(checkRules(rules)).toBeUndefined()
})

it.each<[RuleStatus, string, RuleSet]>([
  ["UnknownTimeZone", "timeZone", { ...rules, timeZone: "Mars/Base" }],
  ["NotADay", "members[1].points[0].from", withBen({ from: "2016-02-30" })],
  ["EndsBeforeItBegins", "members[1].points[0].until", withBen({ from: "2016-02-02", until: "2016-02-01" })],
  ["UnknownArea", "members[1].points[0].area", withBen({ area: "moon" })],
  ["AreaTwice", "areas", { ...rules, areas: [...rules.areas, ...rules.areas] }],
  ["MemberTwice", "members[3].member", { ...rules, members: [...rules.members, { member: "ben", points: [] }] }],
  ["PointOwnedTwice", "members[1].points[0].meteringPoint", withBen({ meteringPoint: "ada-roof", direction: "injection" })],
  ["ParticipationWrong", "members[1].points[0].participation[0].factors", withBen({ participation: [{ from: "2016-01-01", factors: [{ community: "sun", percent: 60 }, { community: "wind", percent: 41 }] }] })],
  ["VersionsOutOfOrder", "versions[1].from", { ...rules, versions: [...rules.versions, ...rules.versions] }],
  ["TradesNeedQuarterHours", "versions[0].steps[0]", { ...rules, versions: [{ ...rules.versions[0]!, resolutionMinutes: 60, steps: [tradesStep] }] }],
  ["TradesTwice", "versions[0].steps", villageRules([tradesStep, tradesStep])],
  ["StepNameTwice", "versions[0].steps[1].name", villageRules([poolStep, poolStep])],
  ["UnknownPoint", "versions[0].steps[0].key.partsPerMillion.ada-roof", withKey({ kind: "static", partsPerMillion: { "ada-roof": 1 } })],
  ["MoreThanTheWhole", "versions[0].steps[0].key.partsPerMillion", withKey({ kind: "static", partsPerMillion: { "ben-home": 600_000, "cleo-home": 400_001 } })],
  ["CoefficientOutOfBounds", "versions[0].steps[0].key.partsPerMillion.ben-home", withKey({ kind: "static-hourly", partsPerMillion: { "ben-home": [1] } })],
  ["ContractTwice", "versions[0].steps[0].key.contracts[1]", withKey({ kind: "contracts", contracts: [{ ...contract, partsPerMillion: 1 }, { ...contract, partsPerMillion: 1 }] })],
  ["MoreThanTheWhole", "versions[0].steps[0].key.contracts", withKey({ kind: "contracts", contracts: [contract, { ...contract, consumer: "cleo-home", partsPerMillion: 400_001 }] })],
  ["PriceNotUsed", "versions[0].steps[0].producerPrice", villageRules([{ ...poolStep, bilateral: true, producerPrice: 1 }])],
  ["PremiumClassesOutOfOrder", "versions[0].steps[0].premium[1]", villageRules([{ ...poolStep, premium: [{ upToW: 2, price: 1 }, { upToW: 1, price: 1 }, { price: 1 }] }])]
])("%s at %s", (status, path, wrong) => {
  expect(checkRules(wrong)).toMatchObject({ status, path })
})

it("a metering point may have the name of something that every object has", () => {
  const odd = withBen({ meteringPoint: "constructor" })
  const inputs = villageInputs({ "ada-roof": [100], constructor: [100] }, { rules: { ...odd, versions: [{ ...odd.versions[0]!, steps: [{ ...poolStep, key: { kind: "static", partsPerMillion: {} } }] }] } })
  expect(settleCommunity(inputs, "2016-04-30").periods[0]!.sharedWh).toBe(0)
})
