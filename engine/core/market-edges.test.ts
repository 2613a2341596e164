import { expect, it } from "vitest"
import { eventsOf, open, send } from "../../property-tests/arbitraries/play.ts"
import { walletKey } from "../../property-tests/arbitraries/record.ts"
import { closed, held, smallMarket, statuses, trades } from "../../property-tests/arbitraries/small-market.ts"
import { smallWorld } from "../../property-tests/arbitraries/world.ts"
import type { Command } from "./command.ts"

it("a market order to sell takes what the band allows", () => {
  const { by, order } = smallMarket()
  by("ben", order("ben-home", 1, -50, 5))
  const events = by("ada", order("ada-roof", 1, 0, 5, { orderKind: "market" }))
  expect(trades(events)).toEqual(["ada > ben 5 @ -50"])
  expect(eventsOf(events, "OrderPlaced")).toMatchObject([{ price: -1_000_000 }])
})

it("a point for which the market has no room has no orders", () => {
  const { by, order } = smallMarket({ tradingPoints: 2 })
  expect(statuses(by("ada", order("ada-roof", 1, 100, 5)))).toEqual([])
  expect(statuses(by("ben", order("ben-home", 1, 90, 5)))).toEqual([])
  expect(statuses(by("cleo", order("cleo-home", 1, 90, 5)))).toEqual(["UnknownAccount"])
})

it("and hears of that before its credit is asked", () => {
  const { by, order } = smallMarket({ tradingPoints: 2 }, { members: smallWorld().members.map((one) => ({ ...one, deposit: 0 })) })
  expect(statuses(by("cleo", order("cleo-home", 1, 90, 5)))).toEqual(["UnknownAccount"])
  expect(statuses(by("ben", order("ben-home", 1, 90, 5)))).toEqual(["InsufficientCredit"])
})

it("nothing is ordered for a period that has begun, or that is a day and more away", () => {
  const { play, by, order, gate } = smallMarket()
  expect(statuses(by("ada", order("ada-roof", 1, 100, 5, { period: gate - 1_800 }), order("ada-roof", 2, 100, 5, { period: gate + 86_400 })))).toEqual(["MarketClosed", "MarketClosed"])
  expect(play.state.market.books!.orders.size).toBe(0)
})

it("before the first tick nothing is ordered, for no period: nobody knows which gates have closed", () => {
  const world = smallWorld()
  const play = open(world)
  const order = (clientOrderId: bigint, period: number): Command => ({ kind: "PlaceOrder", meteringPoint: "ben-home", clientOrderId, period, orderKind: "limit", price: 100_000, quantity: 5, goodTill: 0, named: [], selfTrade: "cancel-newest" })
  const events = send(play, { signer: walletKey("ben"), nonce: 1, commands: [order(1n, 900), order(2n, 86_400), order(3n, world.start + 900)] })
  expect(statuses(events)).toEqual(["MarketClosed", "MarketClosed", "MarketClosed"])
  expect(play.state.market.books!.orders.size).toBe(0)
})

it("good till the gate or longer is in the call; a second less is not", () => {
  const { by, order, tick, gate } = smallMarket({ collectsBefore: 900 })
  tick(15)
  by("ada", order("ada-roof", 1, 100, 10, { goodTill: gate }), order("ada-roof", 2, 100, 10, { goodTill: gate + 1 }), order("ada-roof", 3, 100, 10, { goodTill: gate - 1 }))
  by("ben", order("ben-home", 1, 120, 30))
  const events = tick(30)
  expect(closed(events)[0]).toBe("3 10 TimeOver")
  expect(eventsOf(events, "TradeMade").reduce((sum, { trade }) => sum + trade.quantity, 0)).toBe(20)
})

it("a period for whose book there is no room says so", () => {
  const { by, order, gate } = smallMarket({ books: 1 })
  expect(statuses(by("ada", order("ada-roof", 1, 100, 5), order("ada-roof", 2, 100, 5, { period: gate + 900 })))).toEqual(["TooManyBooks"])
})

it("where nobody orders, no book begins to collect, and the books hear of five traders and three ticks only", () => {
  const { play, tick } = smallMarket({ collectsBefore: 900 })
  expect([15, 30].flatMap((minutes) => eventsOf(tick(minutes), "CollectingBegan"))).toEqual([])
  expect(play.state.market.books!.books.log.command).toBe(5 + 3)
})

it("the call of a community is nearest to its own last trade, whatever another's was", () => {
  const world = smallWorld()
  const homes = ["ada", "ben", "cleo", "dan"]
  const { tick, by, order } = smallMarket({ collectsBefore: 900 }, {
    communities: ["sun", "moon"].map((community) => ({ community, tariff: world.communities[0]!.tariff })),
    members: homes.map((member) => ({ member, community: member === "ada" || member === "ben" ? "sun" : "moon", deposit: 10 ** 12 })),
    points: homes.flatMap((member) => [{ meteringPoint: `${member}-home`, member, direction: "withdrawal" as const }, { meteringPoint: `${member}-roof`, member, direction: "injection" as const }])
  })
  by("ada", order("ada-roof", 1, 100, 1))
  by("ben", order("ben-home", 1, 100, 1))
  by("cleo", order("cleo-roof", 1, 140, 1))
  by("dan", order("dan-home", 1, 140, 1))
  tick(15)
  by("ada", order("ada-roof", 2, 50, 10))
  by("ben", order("ben-home", 2, 200, 10))
  expect(trades(tick(30))).toEqual(["ada > ben 10 @ 100"])
})

it("a reduced order locks less, who rested is filled before who came, and every trade waits for its delivery", () => {
  const { play, by, order, gate } = smallMarket()
  by("ben", order("ben-home", 1, 100, 10), { kind: "ReduceOrder", meteringPoint: "ben-home", clientOrderId: 1n, quantity: 4 })
  expect(held(play, "ben")).toBe((100_000n + 40_000n) * 6n)
  expect(closed(by("ada", order("ada-roof", 1, 100, 6)))).toEqual(["1 0 Filled", "2 0 Filled"])
  by("ben", order("ben-home", 2, 100, 1))
  by("ada", order("ada-roof", 2, 100, 1))
  expect(play.state.market.undelivered.get(gate)!.map(({ quantity }) => quantity)).toEqual([6, 1])
})
