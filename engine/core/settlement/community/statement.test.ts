import { expect, it } from "vitest"
import { intervalsOf, poolStep, tradesStep, villageInputs, villageRules } from "../../../../property-tests/settlement/village.ts"
import type { TariffComponent } from "../../tariff/component.ts"
import { bookingsOf } from "./booking.ts"
import { settleCommunity } from "./settle-community.ts"
import { statementsOf } from "./statement.ts"

const on = "2016-04-30"
const from = "2016-01-01"

it("a statement by hand: own roof, trade, neighbours, supplier, fees, two rates of VAT, savings", () => {
  const components: ReadonlyArray<TariffComponent> = [
    { name: "energy", kind: "energy", from, price: 250_000, vatPerMille: 200 },
    { name: "feed-in", kind: "feed-in", from, price: 60_000 },
    { name: "grid", kind: "grid-fee", from, price: 50_000, vatPerMille: 200 },
    { name: "levy", kind: "levy", from, price: 10_000, on: ["residual"], vatPerMille: 100 }
  ]
  const rules = villageRules([{ ...poolStep, name: "own roof", within: "member", consumerPrice: 0 }, tradesStep, { ...poolStep, bilateral: true, vatPerMille: 100 }])
  const roof = { ...rules.members[0]!.points[0]!, meteringPoint: "ben-roof" }
  const members = rules.members.map((one) => (one.member === "ben" ? { ...one, points: [...one.points, roof] } : one))
  const base = villageInputs({ "ada-roof": [10_000], "ben-home": [20_000], "ben-roof": [4_000], "cleo-home": [0] }, { components })
  const trades = [{ tradeId: "1", period: base.intervals.periods[0]!, buyPoint: "ben-home", sellPoint: "ada-roof", price: 100_000, quantity: 3_000 }]
  const [ada, ben] = statementsOf(settleCommunity({ ...base, rules: { ...rules, members }, trades }, on))
  expect(ben!.energy).toMatchObject({ withdrawnWh: 20_000, ownWh: 4_000, tradedWh: 3_000, sharedWh: 7_000, residualWh: 6_000, injectedWh: 4_000, feedInWh: 0 })
  // The own roof costs nothing, but its kWh stand on the statement, once for each side.
  expect(ben!.lines.map(({ kind, counterparty, energyWh, cents }) => [kind, counterparty, energyWh, cents])).toEqual([
    ["own", "@community", 4_000, 0n],
    ["own", "@community", 4_000, 0n],
    ["grid-fee", "@grid-operator", 16_000, -80n],
    ["levy", "@state", 6_000, -6n],
    ["energy", "@supplier", 6_000, -150n],
    ["market", "ada", 3_000, -30n],
    ["sharing", "ada", 7_000, -84n]
  ])
  // 10 % on 6 + 84 cents, 20 % on 150 + 80.
  expect(ben!.vat).toEqual([{ perMille: 100, baseCents: -90n, vatCents: -9n }, { perMille: 200, baseCents: -230n, vatCents: -46n }])
  expect([ben!.netCents, ben!.totalCents]).toEqual([-350n, -405n])
  // Plain: 20 kWh at 25 + 5 ct and 20 % (7.20), the levy 0.20 and 10 %, 4 kWh fed in for 0.24.
  expect([ben!.plainCents, ben!.savingsCents]).toEqual([-718n, 313n])
  expect([ada!.totalCents, ada!.plainCents, ada!.savingsCents]).toEqual([114n, 60n, 54n])
})

it("what rounding adds goes through the rounding account, which both sides leave even", () => {
  const result = settleCommunity(villageInputs({ "ada-roof": [123], "ben-home": [123] }, { steps: [{ ...poolStep, bilateral: true }], components: [] }), on)
  const bookings = bookingsOf(result.entries, statementsOf(result))
  // 123 Wh at 12 ct are 1.476 cents: 1 cent on both statements, and 0.476 of a cent back through the account.
  expect(bookings.map(({ payer, payee, kind, amount }) => [payer, payee, kind, amount])).toEqual([
    ["ben", "ada", "sharing", 14_760_000n],
    ["ben", "@rounding", "rounding", -4_760_000n],
    ["@rounding", "ada", "rounding", -4_760_000n]
  ])
})

it("a component of one grid area is charged there only", () => {
  const rules = villageRules([poolStep])
  const members = rules.members.map((one) => (one.member === "cleo" ? { ...one, points: [{ ...one.points[0]!, area: "south" }] } : one))
  const components: ReadonlyArray<TariffComponent> = [{ name: "south", kind: "grid-fee", from, areas: ["south"], price: 50_000 }]
  const areas = [...rules.areas, { area: "south", deadlineDays: 0 }]
  const { entries } = settleCommunity({ ...villageInputs({ "ben-home": [100], "cleo-home": [100] }, { components }), rules: { ...rules, areas, members } }, on)
  expect(entries.map(({ payer, amount }) => [payer, amount])).toEqual([["cleo", 5_000_000n]])
})

it("imbalance goes to the balance group of each side, at one national price", () => {
  const steps = [{ step: "trades", imbalance: { kind: "single-price", price: { series: "imbalance" } } } as const]
  const rules = villageRules(steps)
  const members = rules.members.map((one) => ({ ...one, points: one.points.map((point) => ({ ...point, balanceGroup: one.member === "ada" ? "makers" : "takers" })) }))
  const intervals = intervalsOf(["2016-03-25"], ["ada-roof", "ben-home"], (point, index) => (index === 0 ? (point === "ada-roof" ? 500 : 450) : 0))
  const trades = [{ tradeId: "1", period: intervals.periods[0]!, buyPoint: "ben-home", sellPoint: "ada-roof", price: 100_000, quantity: 600 }]
  const { entries } = settleCommunity({ ...villageInputs({}, { components: [], intervals }), rules: { ...rules, members }, trades, priceAt: () => 200_000 }, on)
  // Ada buys 100 Wh back of her group, Ben sells 150 to his: at the same 20 ct.
  expect(entries.filter(({ kind }) => kind === "imbalance").map(({ payer, payee, energyWh, amount }) => [payer, payee, energyWh, amount])).toEqual([
    ["@balance-group/takers", "ben", 150, 30_000_000n],
    ["ada", "@balance-group/makers", 100, 20_000_000n]
  ])
})
