import { describe, expect, it } from "vitest"
import { eventsOf, open, send } from "../../property-tests/arbitraries/play.ts"
import { programKey, walletKey } from "../../property-tests/arbitraries/record.ts"
import { closed, held, PERIOD, smallMarket, statuses, trades } from "../../property-tests/arbitraries/small-market.ts"
import { openRules, smallWorld } from "../../property-tests/arbitraries/world.ts"
import type { Command } from "./command.ts"
import type { MarketRules } from "./market/market-rules.ts"
import type { PlaceOrder } from "./market/order-commands.ts"
import { decodeState, encodeState } from "./state.ts"

const base = smallWorld()

describe("orders that are sent", () => {
  it("meet at the price of the one that rested; the side is the metering point's", () => {
    const { by, order } = smallMarket()
    by("ada", order("ada-roof", 1, 100, 50))
    const events = by("ben", order("ben-home", 1, 130, 20))
    expect(trades(events)).toEqual(["ada > ben 20 @ 100"])
    expect(closed(events)).toEqual(["2 0 Filled"])
  })

  it("do at once what their kind says", () => {
    const { by, order } = smallMarket()
    by("ada", order("ada-roof", 1, 100, 50))
    expect(statuses(by("ben", order("ben-home", 1, 130, 51, { orderKind: "fill-or-kill" })))).toEqual(["NotFillable"])
    expect(statuses(by("ben", order("ben-home", 1, 100, 5, { orderKind: "post-only" })))).toEqual(["WouldTrade"])
    expect(closed(by("ben", order("ben-home", 1, 90, 5, { orderKind: "immediate-or-cancel" })))).toEqual(["2 5 AtOnceOnly"])
    const events = by("ben", order("ben-home", 2, 0, 60, { orderKind: "market" }))
    expect([trades(events), closed(events)]).toEqual([["ada > ben 50 @ 100"], ["1 0 Filled", "3 10 AtOnceOnly"]])
  })

  it("leave when their time is over, to the minute, and the rest at the gate", () => {
    const { tick, by, order, gate } = smallMarket()
    by("ada", order("ada-roof", 1, 100, 50, { goodTill: gate - 28 * 60 }), order("ada-roof", 2, 100, 50))
    expect(closed(tick(1))).toEqual([])
    expect(closed(tick(2))).toEqual(["1 50 TimeOver"])
    tick(15)
    expect(closed(tick(30))).toEqual(["2 50 GateClosed"])
  })

  it("are the wallet's own: not another's, not a gateway's, not the operator's", () => {
    const { play, by, order } = smallMarket()
    expect(statuses(by("ben", order("ada-roof", 1, 100, 5), { kind: "CancelOrder", meteringPoint: "ada-roof", clientOrderId: 1n }, { kind: "CancelOrder", meteringPoint: "nowhere", clientOrderId: 1n }))).toEqual(["NotAuthorized", "NotAuthorized", "UnknownMeteringPoint"])
    for (const signer of [programKey("ada"), programKey("operator")]) {
      expect(statuses(send(play, { signer, nonce: 0, commands: [order("ada-roof", 1, 100, 5), { kind: "CancelAllOrders" }] }))).toEqual(["NotAuthorized", "NotAuthorized"])
    }
    expect(statuses(by("ada", order("ada-roof", 1, 100, 5, { clientOrderId: 1n << 64n }), order("ada-roof", 1, 100, 5, { clientOrderId: -1n })))).toEqual(["OutOfBounds", "OutOfBounds"])
  })

  it("find no market where there are no rules", () => {
    const play = open({ ...base, rules: { ...openRules, priceTick: 0 } })
    const command = smallMarket().order("ada-roof", 1, 100, 5)
    expect(statuses(send(play, { signer: walletKey("ada"), nonce: 1, commands: [command] }))).toEqual(["MarketWithoutRules"])
  })
})

describe("a client's order id", () => {
  it("is taken until a day after gate closure, but not by what was refused, and is another point's own", () => {
    const { tick, by, order, gate } = smallMarket()
    expect(statuses(by("ada", order("ada-roof", 1, 5_000, 5), order("ada-roof", 1, 100, 5), order("ada-roof", 1, 100, 5)))).toEqual(["PriceOutsideBand", "DuplicateId"])
    expect(statuses(by("cleo", order("cleo-roof", 1, 100, 5)))).toEqual([])
    for (let minutes = 15; minutes <= 30 + 1_425; minutes += 15) tick(minutes)
    const next = { period: gate + 1_440 * 60 + PERIOD }
    expect(statuses(by("ada", order("ada-roof", 1, 100, 5, next)))).toEqual(["DuplicateId"])
    tick(30 + 1_440)
    expect(statuses(by("ada", order("ada-roof", 1, 100, 5, next)))).toEqual([])
  })

  it("is one of 5,000 that a metering point may have remembered, also in a state that was restored", () => {
    const { play, tick, by, order, gate } = smallMarket()
    const one = (id: number, changes: Partial<PlaceOrder> = {}): ReadonlyArray<Command> => [order("ada-roof", id, 100, 5, changes), { kind: "CancelOrder", meteringPoint: "ada-roof", clientOrderId: BigInt(id) }]
    for (let id = 0; id < 5_000; id += 100) expect(statuses(by("ada", ...Array.from({ length: 100 }, (_, more) => one(id + more)).flat()))).toEqual([])
    expect(statuses(by("ada", order("ada-roof", 5_000, 100, 5), order("ada-roof", 0, 100, 5)))).toEqual(["TooManyClientIds", "DuplicateId"])
    expect(statuses(by("cleo", order("cleo-roof", 5_000, 100, 5)))).toEqual([])
    Object.assign(play, { state: decodeState(encodeState(play.state)) })
    expect(statuses(by("ada", order("ada-roof", 5_000, 100, 5)))).toEqual(["TooManyClientIds"])
    for (let minutes = 15; minutes <= 30 + 1_440; minutes += 15) tick(minutes)
    expect(statuses(by("ada", order("ada-roof", 5_000, 100, 5, { period: gate + 1_440 * 60 + PERIOD })))).toEqual([])
  })
})

describe("changes", () => {
  it("a moved order pays with its place and may trade at once; a reduced one keeps its place", () => {
    const { by, order } = smallMarket()
    by("ada", order("ada-roof", 1, 100, 10))
    by("cleo", order("cleo-roof", 1, 100, 10))
    by("ada", { kind: "ReduceOrder", meteringPoint: "ada-roof", clientOrderId: 1n, quantity: 4 })
    expect(trades(by("ben", order("ben-home", 1, 100, 8)))).toEqual(["ada > ben 6 @ 100", "cleo > ben 2 @ 100"])
    by("ben", order("ben-home", 2, 90, 5))
    expect(trades(by("cleo", { kind: "MoveOrder", meteringPoint: "cleo-roof", clientOrderId: 1n, price: 90_000 }))).toEqual(["cleo > ben 5 @ 90"])
  })

  it("a refused move gives back what it had locked", () => {
    const { play, by, order } = smallMarket()
    by("ada", order("ada-roof", 1, 100, 10))
    by("ben", order("ben-home", 1, 90, 10, { orderKind: "post-only" }))
    const before = held(play, "ben")
    const move = (price: number): Command => ({ kind: "MoveOrder", meteringPoint: "ben-home", clientOrderId: 1n, price })
    expect(statuses(by("ben", move(100_000), move(100_500), move(2_000_000), { kind: "ReduceOrder", meteringPoint: "ben-home", clientOrderId: 1n, quantity: 0 }))).toEqual(["WouldTrade", "PriceOffTick", "PriceOutsideBand", "QuantityTooSmall"])
    expect(held(play, "ben")).toBe(before)
    by("ben", move(95_000))
    expect(held(play, "ben")).toBe((95_000n + 35_000n) * 10n)
    by("ben", move(80_000))
    expect(held(play, "ben")).toBe((80_000n + 20_000n) * 10n)
    by("ben", { kind: "CancelAllOrders" })
    expect(held(play, "ben")).toBe(0n)
  })
})

describe("nobody trades with himself", () => {
  const meets = (selfTrade: PlaceOrder["selfTrade"], rules: Partial<MarketRules> = {}) => {
    const { by, order } = smallMarket(rules)
    by("ben", order("ben-roof", 1, 100, 10))
    const events = by("ben", order("ben-home", 1, 120, 4, { selfTrade }))
    expect(trades(events)).toEqual([])
    return [closed(events), eventsOf(events, "OrderReduced").map(({ orderId, remaining }) => `${orderId} ${remaining}`)]
  }
  it.each([["while matching", {}], ["while collecting for the call", { collectsBefore: 3_600 }]])("%s, by the newer order's policy", (_, rules) => {
    expect(meets("cancel-newest", rules)).toEqual([["2 4 SelfTrade"], []])
    expect(meets("cancel-oldest", rules)).toEqual([["1 10 SelfTrade"], []])
    expect(meets("cancel-both", rules)).toEqual([["1 10 SelfTrade", "2 4 SelfTrade"], []])
    expect(meets("decrement", rules)).toEqual([["2 0 SelfTrade"], ["1 6", "2 0"]])
  })

  it("a directed order takes no part in the call, so an own one beside it stays", () => {
    const { by, order } = smallMarket({ collectsBefore: 3_600 })
    by("ben", order("ben-roof", 1, 100, 10, { named: ["ada"] }))
    expect(closed(by("ben", order("ben-home", 1, 120, 4)))).toEqual([])
  })

  it("nor by a move while collecting", () => {
    const { by, order } = smallMarket({ collectsBefore: 3_600 })
    by("ben", order("ben-roof", 1, 100, 10), order("ben-home", 1, 90, 4))
    expect(closed(by("ben", { kind: "MoveOrder", meteringPoint: "ben-home", clientOrderId: 1n, price: 100_000 }))).toEqual(["2 4 SelfTrade"])
  })
})

describe("the call", () => {
  it("has one price: most Wh, then nearest to the last trade of the book", () => {
    const { tick, by, order } = smallMarket({ collectsBefore: 900 })
    by("cleo", order("cleo-roof", 9, 110, 1))
    by("ben", order("ben-home", 9, 110, 1))
    expect(eventsOf(tick(15), "CollectingBegan")).toHaveLength(1)
    expect(eventsOf(tick(16), "CollectingBegan")).toEqual([])
    by("ada", order("ada-roof", 1, 100, 30))
    by("cleo", order("cleo-roof", 1, 105, 30))
    expect(trades(by("ben", order("ben-home", 1, 130, 40)))).toEqual([])
    expect(statuses(by("ben", order("ben-home", 2, 130, 40, { orderKind: "market" })))).toEqual(["OnlyLimitInCall"])
    const events = tick(30)
    expect(eventsOf(events, "CallHeld")).toMatchObject([{ price: 110_000, quantity: 40 }])
    expect(trades(events)).toEqual(["ada > ben 30 @ 110", "cleo > ben 10 @ 110"])
    expect(closed(events)).toEqual(["3 0 Filled", "5 0 Filled", "4 20 GateClosed"])
  })

  it("is nearest to the sharing price where nothing was traded, and locks the trades' own holds", () => {
    const { play, tick, by, order } = smallMarket({ collectsBefore: 3_600 })
    by("ada", order("ada-roof", 1, 80, 10))
    by("ben", order("ben-home", 1, 150, 10))
    tick(15)
    expect(trades(tick(30))).toEqual(["ada > ben 10 @ 120"])
    expect(held(play, "ben")).toBe((120_000n + 60_000n) * 10n)
    expect(held(play, "ada")).toBe(130_000n * 10n)
  })

  it("leaves directed orders out", () => {
    const { tick, by, order } = smallMarket({ collectsBefore: 3_600 })
    by("ada", order("ada-roof", 1, 80, 10, { named: ["ben"] }))
    by("ben", order("ben-home", 1, 150, 10))
    tick(15)
    const events = tick(30)
    expect([trades(events), closed(events).length]).toEqual([[], 2])
  })
})

describe("counterparties", () => {
  it("only those who are named meet a directed order, and it blocks nobody", () => {
    const { by, order } = smallMarket()
    by("ada", order("ada-roof", 1, 80, 10, { named: ["cleo"] }))
    expect(trades(by("ben", order("ben-home", 1, 150, 10)))).toEqual([])
    expect(trades(by("cleo", order("cleo-home", 1, 90, 4)))).toEqual(["ada > cleo 4 @ 80"])
  })

  it("are of the same community: orders of two never meet, not even by name", () => {
    const communities = ["sun", "moon"].map((community) => ({ community, tariff: base.communities[0]!.tariff }))
    const { by, order } = smallMarket({}, { communities, members: base.members.map((member) => (member.member === "cleo" ? { ...member, community: "moon" } : member)) })
    by("ada", order("ada-roof", 1, 80, 10))
    expect(trades(by("cleo", order("cleo-home", 1, 150, 10)))).toEqual([])
    expect(statuses(by("cleo", order("cleo-home", 2, 150, 10, { named: ["ada"] })))).toEqual(["CounterpartiesWrong"])
    expect(trades(by("ben", order("ben-home", 1, 150, 10)))).toEqual(["ada > ben 10 @ 80"])
  })

  it.each([[["ada"]], [["ben", "ben"]], [["nobody"]], [Array.from({ length: 9 }, () => "ben")]])("are other members, each named once: not %j", (named) => {
    const { by, order } = smallMarket()
    expect(statuses(by("ada", order("ada-roof", 1, 80, 10, { named })))).toEqual(["CounterpartiesWrong"])
  })
})
