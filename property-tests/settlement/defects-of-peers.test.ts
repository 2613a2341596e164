import { expect, it } from "vitest"
import { bookingsOf, deltaOf } from "../../engine/core/settlement/community/booking.ts"
import type { CommunityInputs } from "../../engine/core/settlement/community/community-inputs.ts"
import { settleCommunity } from "../../engine/core/settlement/community/settle-community.ts"
import { centsOf, statementsOf } from "../../engine/core/settlement/community/statement.ts"
import { plainTariff, poolStep, tradesStep, villageInputs, villageRules } from "./village.ts"

/** Defects that were found in other programs, each as what must hold here instead. */
const on = "2017-01-01"
const bookings = (inputs: CommunityInputs) => {
  const result = settleCommunity(inputs, on)
  return bookingsOf(result.entries, statementsOf(result))
}

it("a late correction was priced at today's tariff: here at the one of its own day", () => {
  const components = [{ ...plainTariff[0]!, until: "2016-03-25", vatPerMille: 0 }, { ...plainTariff[0]!, from: "2016-03-26", price: 900_000, vatPerMille: 0 }]
  const before = villageInputs({ "ben-home": [100] }, { components, days: ["2016-03-25", "2016-03-26"] })
  const after = villageInputs({ "ben-home": [104] }, { components, days: ["2016-03-25", "2016-03-26"] })
  expect(deltaOf(bookings(before), bookings(after)).filter(({ kind }) => kind === "energy")).toMatchObject([{ energyWh: 4, amount: 4n * 250_000n }])
})

it("a rerun left vanished relations behind: here they are posted back to zero", () => {
  const before = bookings(villageInputs({ "ada-roof": [1_000], "ben-home": [900], "cleo-home": [500] }))
  const gone = bookings(villageInputs({ "ada-roof": [1_000], "ben-home": [900] }))
  const delta = deltaOf(before, gone).filter(({ payer, payee }) => payer === "cleo" || payee === "cleo")
  const sum = (list: typeof before, member: string) => list.reduce((total, one) => total + (one.payee === member ? one.amount : one.payer === member ? -one.amount : 0n), 0n)
  expect(delta.length).toBeGreaterThan(0)
  expect(sum(before, "cleo") + sum(delta, "cleo")).toBe(0n)
})

it("each line was rounded by itself, so buys and sells did not balance: here a line between neighbours has the same cents on both statements", () => {
  const key = { kind: "contracts", contracts: [{ producer: "ada-roof", consumer: "ben-home", partsPerMillion: 333_333, price: 123_457 }] } as const
  const result = settleCommunity(villageInputs({ "ada-roof": [1_001], "ben-home": [900] }, { rules: villageRules([{ ...poolStep, key }]) }), on)
  const [ada, ben] = statementsOf(result).map(({ lines }) => lines.find(({ kind }) => kind === "contract")!)
  expect([ada!.cents, ben!.cents]).toEqual([4n, -4n])
  expect(centsOf({ amount: 333n * 123_457n })).toBe(4n)
})

it("micro-currency per kWh times Wh was taken without its thousandth: here 1 kWh at 25 ct is 25 cents", () => {
  const [entry] = settleCommunity(villageInputs({ "ben-home": [1_000] }), on).entries
  expect(centsOf(entry!)).toBe(25n)
})

it("negative prices were refused: here the supplier pays for what it delivers at one", () => {
  const components = [{ ...plainTariff[0]!, price: -40_000 }]
  const result = settleCommunity(villageInputs({ "ben-home": [1_000] }, { components }), on)
  expect(result.balances.get("ben")).toBe(40_000_000n)
})

it("one dead meter blocked a settlement period for good: here it counts as zero, is named, and blocks nobody", () => {
  const inputs = villageInputs({ "ada-roof": [1_000], "ben-home": [900], "cleo-home": [500] })
  const values = inputs.intervals.values.map((value, place) => (place % 3 === 0 ? -1 : value))
  const result = settleCommunity({ ...inputs, intervals: { ...inputs.intervals, values } }, on)
  expect(result.lacks).toEqual([{ status: "ValuesMissing", name: "ada-roof", values: 96 }])
  expect(result.points.find(({ member }) => member === "ben")!.beyondWh).toBe(900)
})

it("a coefficient of the previous period was taken: here a period knows its own alone", () => {
  const seen: Array<number> = []
  const inputs = villageInputs({ "ada-roof": [100, 100], "ben-home": [100, 100] }, { rules: villageRules([{ ...poolStep, key: { kind: "static-series" } }]), coefficientAt: (time) => (seen.push(time), time % 1_800 === 0 ? 1_000_000 : undefined) })
  const { periods } = settleCommunity(inputs, on)
  expect(periods.slice(0, 2).map(({ time, sharedWh }) => [time % 1_800 === 0, sharedWh])).toEqual(periods.slice(0, 2).map(({ time }) => [time % 1_800 === 0, time % 1_800 === 0 ? 100 : 0]))
  expect(new Set(seen).size).toBe(96)
})

it("a penalty was charged to the wrong side: here who fell short pays, and the other side is paid", () => {
  const period = villageInputs({ "ada-roof": [0] }).intervals.periods[0]!
  const trades = [{ tradeId: "1", period, buyPoint: "ben-home", sellPoint: "ada-roof", price: 100_000, quantity: 600 }]
  const imbalance = (injected: number, withdrawn: number) =>
    settleCommunity(villageInputs({ "ada-roof": [injected], "ben-home": [withdrawn] }, { steps: [tradesStep], trades }), on).entries.filter(({ kind }) => kind === "imbalance").map(({ payer, payee, energyWh, amount }) => [payer, payee, energyWh, amount])
  // Ada lacks 100 Wh: 25 ct of the supplier less 10 ct of the trade. Ben takes 200 too few: 10 ct less 6 ct of feed-in.
  expect(imbalance(500, 900)).toEqual([["ada", "ben", 100, 15_000_000n]])
  expect(imbalance(700, 400)).toEqual([["ben", "ada", 200, 8_000_000n]])
})

it("a tariff change rewrote history: here the days before the new rate are as they were, in the run and alone", () => {
  const days = ["2016-03-25", "2016-03-26"]
  const old = { ...plainTariff[0]!, maximum: 20_000 }
  const changed = [{ ...old, until: "2016-03-25" }, { ...old, from: "2016-03-26", price: 900_000, maximum: 1_000, vatPerMille: 100 }]
  const values = { "ben-home": Array.from({ length: 192 }, () => 7) }
  const firstDay = (components: typeof changed) => settleCommunity(villageInputs(values, { components, days }), on).entries.flatMap(({ parts, vatPerMille }) => parts.filter(({ until }) => until === "2016-03-25").map((part) => ({ ...part, vatPerMille })))
  const alone = (components: typeof changed) => settleCommunity(villageInputs(values, { components, days: days.slice(0, 1) }), on).entries
  expect(firstDay(changed)).toEqual(firstDay([{ ...old, until: "2016-03-25" }]))
  expect(firstDay(changed).length).toBe(2)
  expect(alone(changed)).toEqual(alone([{ ...old, until: "2016-03-25" }]))
})

it("battery energy was priced at zero: here a battery buys what it takes and is paid for what it gives, import and export never netted", () => {
  const rules = villageRules([poolStep])
  const battery = { member: "emil", points: [{ meteringPoint: "emil-in", direction: "withdrawal" as const, area: "north" }, { meteringPoint: "emil-out", direction: "injection" as const, area: "north" }] }
  const inputs = villageInputs({ "emil-in": [1_000, 0], "emil-out": [0, 800], "ben-home": [0, 500] }, { rules: { ...rules, members: [...rules.members, battery] } })
  expect(settleCommunity(inputs, on).entries.filter(({ payer, payee }) => payer === "emil" || payee === "emil").map(({ kind, payer, energyWh, amount }) => [kind, payer, energyWh, amount])).toEqual([
    ["sharing", "@community", 500, 60_000_000n],
    ["feed-in", "@supplier", 300, 18_000_000n],
    ["energy", "emil", 1_000, 250_000_000n]
  ])
})
