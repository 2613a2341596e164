import { describe, expect, it } from "vitest"
import { eventsOf, open, send } from "../../property-tests/arbitraries/play.ts"
import { fromOperator, programKey, walletKey } from "../../property-tests/arbitraries/record.ts"
import { openRules, smallWorld, type World } from "../../property-tests/arbitraries/world.ts"
import type { Event } from "./event.ts"
import { MOST_CLIENT_ORDERS, rememberClientOrder } from "./market/client-orders.ts"
import type { MarketRules } from "./market/market-rules.ts"

const points = ["ada", "ben", "cleo", "dan"].flatMap((member) => [
  { meteringPoint: `${member}-home`, member, direction: "withdrawal" as const },
  { meteringPoint: `${member}-roof`, member, direction: "injection" as const }
])

interface Wish {
  readonly limitPrice: number
  readonly neighbours?: ReadonlyArray<string>
  readonly keepPercent?: number
}

/** A market of four with those wishes, and the deposit of each. */
const market = (wishes: Readonly<Record<string, Wish>>, rules: Partial<MarketRules> = {}, deposit = 10 ** 12, others: World["members"] = []) => {
  const world = smallWorld({ points, members: [...["ada", "ben", "cleo", "dan"].map((member) => ({ member, community: "sun", deposit })), ...others], rules: { ...openRules, ...rules } })
  const play = open(world)
  const nonces = new Map<string, number>()
  for (const [meteringPoint, { limitPrice, neighbours = [], keepPercent = 0 }] of Object.entries(wishes)) {
    const { member } = points.find((point) => point.meteringPoint === meteringPoint)!
    nonces.set(member, (nonces.get(member) ?? 0) + 1)
    const events = send(play, { signer: walletKey(member), nonce: nonces.get(member)!, commands: [{ kind: "SetPreference", meteringPoint, limitPrice: limitPrice * 1_000, neighbours: [...neighbours], keepPercent }] })
    expect(eventsOf(events, "PreferenceSet")).toHaveLength(1)
  }
  /** What the second tick makes of the wishes, where every point had 100 Wh in the first period. */
  const orders = (): ReadonlyArray<Event> =>
    [0, 1].map((step) => {
      for (const { meteringPoint, member } of points) {
        const reading = { meteringPoint, sequence: step + 1, time: world.start + step * 900, registerWh: step * 100, powerW: 0 }
        send(play, { signer: programKey(member), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] })
      }
      return send(play, fromOperator({ kind: "Tick", area: "area", time: world.start + step * 900 }))
    })[1]!
  return { state: play.state, start: world.start, orders }
}
const ordersOf = (...wanted: Parameters<typeof market>): ReadonlyArray<Event> => market(...wanted).orders()
const trades = (events: ReadonlyArray<Event>): Array<string> => eventsOf(events, "TradeMade").map(({ trade }) => `${trade.seller} > ${trade.buyer} ${trade.quantity} @ ${trade.price / 1_000}`)
const placed = (events: ReadonlyArray<Event>): Array<string> => eventsOf(events, "OrderPlaced").map(({ meteringPoint, quantity, named }) => `${meteringPoint} ${quantity} ${named.join()}`.trim())
const refused = (events: ReadonlyArray<Event>): Array<string> => eventsOf(events, "OrderRefused").map(({ meteringPoint, status }) => `${meteringPoint} ${status}`)

describe("preferred neighbours", () => {
  it("who name each other meet first, although another would have paid more and come earlier", () => {
    const events = ordersOf({ "ben-home": { limitPrice: 200 }, "cleo-roof": { limitPrice: 100, neighbours: ["dan"] }, "dan-home": { limitPrice: 150, neighbours: ["cleo"] } })
    expect(trades(events)).toEqual(["cleo > dan 100 @ 100"])
  })

  it("one who is named finds the order at its price; what is left is everybody's, and nothing stays directed", () => {
    const events = ordersOf({ "ada-roof": { limitPrice: 100, neighbours: ["cleo"] }, "cleo-home": { limitPrice: 150, keepPercent: 40 }, "ben-home": { limitPrice: 120 } })
    expect(placed(events)).toEqual(["ada-roof 100 cleo", "ben-home 100", "cleo-home 60", "ada-roof 40"])
    expect(trades(events)).toEqual(["ada > cleo 60 @ 100", "ada > ben 40 @ 120"])
    expect(eventsOf(events, "OrderClosed").map(({ remaining, reason }) => `${remaining} ${reason}`)).toEqual(["0 Filled", "40 Cancelled", "0 Filled"])
  })

  it("hold nobody up: where they want nothing, everybody trades as if they were not named", () => {
    const plain = trades(ordersOf({ "ada-roof": { limitPrice: 100 }, "ben-home": { limitPrice: 120 } }))
    expect(plain).toEqual(["ada > ben 100 @ 100"])
    expect(trades(ordersOf({ "ada-roof": { limitPrice: 100, neighbours: ["dan"] }, "ben-home": { limitPrice: 120 } }))).toEqual(["ada > ben 100 @ 120"])
  })

  it("in a book that collects, all of it is in the call all the same", () => {
    const events = ordersOf({ "ada-roof": { limitPrice: 100, neighbours: ["ben"] }, "ben-home": { limitPrice: 120 } }, { collectsBefore: 900 })
    expect(placed(events)).toEqual(["ada-roof 100 ben", "ben-home 100", "ada-roof 100"])
    expect(trades(events)).toEqual([])
  })

  it("for whom there is no place come like everybody: the wish is one order for all", () => {
    const events = ordersOf({ "ada-roof": { limitPrice: 100, neighbours: ["dan"] }, "ben-home": { limitPrice: 120 } }, { maximumDirectedOrders: 0 })
    expect(refused(events)).toEqual(["ada-roof TooManyDirected"])
    expect(placed(events)).toEqual(["ben-home 100", "ada-roof 100"])
    expect(trades(events)).toEqual(["ada > ben 100 @ 120"])
  })

  it("need credit once: what the directed order had locked is free for the one that follows", () => {
    // 150,000 to pay and 90,000 more than feed-in, for each of 100 Wh.
    const events = ordersOf({ "dan-home": { limitPrice: 150, neighbours: ["cleo"] } }, {}, 240_000 * 100)
    expect(placed(events)).toEqual(["dan-home 100 cleo", "dan-home 100"])
    expect(refused(events)).toEqual([])
  })
})

it("a neighbour without a point that trades is passed over; where none is left, the wish is everybody's at once", () => {
  const eve = { member: "eve", community: "sun", deposit: 0 }
  const named = ordersOf({ "cleo-roof": { limitPrice: 100, neighbours: ["dan", "eve"] }, "dan-home": { limitPrice: 150 }, "ben-home": { limitPrice: 150 } }, {}, 10 ** 12, [eve])
  expect(placed(named)[0]).toBe("cleo-roof 100 dan")
  expect([trades(named), refused(named)]).toEqual([["cleo > dan 100 @ 100"], []])
  expect(placed(ordersOf({ "cleo-roof": { limitPrice: 100, neighbours: ["eve"] } }, {}, 10 ** 12, [eve]))).toEqual(["cleo-roof 100"])
})

it("what a member's roof and home both want stays the member's, and the rest is for others", () => {
  const events = ordersOf({ "ada-home": { limitPrice: 200, keepPercent: 60 }, "ada-roof": { limitPrice: 100 }, "ben-home": { limitPrice: 150 } })
  // 40 Wh meet each other, 60 of the roof are Ben's.
  expect(trades(events)).toEqual(["ada > ben 60 @ 100"])
  expect(eventsOf(events, "OrderReduced").map(({ orderId, quantity, reason }) => `${orderId} ${quantity} ${reason}`)).toEqual(["1 40 SelfTrade", "2 40 SelfTrade"])
})

describe("quantities that no order may have", () => {
  it("a wish above the largest is an order over the largest", () => {
    expect(placed(ordersOf({ "ada-roof": { limitPrice: 100 } }, { maximumQuantity: 30 }))).toEqual(["ada-roof 30"])
  })

  it("what neighbours left and is too little for an order of its own still waits for them", () => {
    const events = ordersOf({ "ada-roof": { limitPrice: 100, neighbours: ["cleo"] }, "cleo-home": { limitPrice: 150, keepPercent: 5 } }, { minimumQuantity: 10 })
    expect([placed(events), refused(events)]).toEqual([["ada-roof 100 cleo", "cleo-home 95"], []])
    expect(eventsOf(events, "OrderClosed")).toHaveLength(1)
  })

  it("what is just enough for one is everybody's", () => {
    expect(placed(ordersOf({ "ada-roof": { limitPrice: 100, neighbours: ["cleo"] }, "cleo-home": { limitPrice: 150, keepPercent: 10 } }, { minimumQuantity: 10 }))).toEqual(["ada-roof 100 cleo", "cleo-home 90", "ada-roof 10"])
  })

  it("a wish outside the band is refused once", () => {
    expect(refused(ordersOf({ "ada-roof": { limitPrice: 5_000, neighbours: ["cleo"] } }))).toEqual(["ada-roof PriceOutsideBand"])
  })
})

describe("the kept part", () => {
  it("is not offered, and all of it is no order", () => {
    const events = ordersOf({ "ada-roof": { limitPrice: 100, keepPercent: 33 }, "ben-home": { limitPrice: 120, keepPercent: 100 } })
    expect(placed(events)).toEqual(["ada-roof 67"])
    expect(refused(events)).toEqual([])
  })
})

it("orders of preferences need no client's id: a point that has used up all of its own has them, and takes none", () => {
  const { state, start, orders } = market({ "ada-roof": { limitPrice: 100 } })
  for (let id = 0; id < MOST_CLIENT_ORDERS; id++) rememberClientOrder(state.market, "ada-roof", BigInt(id), id, start)
  expect(placed(orders())).toEqual(["ada-roof 100"])
  expect(state.market.clientOrders.size).toBe(MOST_CLIENT_ORDERS)
})
