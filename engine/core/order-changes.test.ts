import { expect, it } from "vitest"
import { eventsOf, open, send } from "../../property-tests/arbitraries/play.ts"
import { fromOperator, walletKey } from "../../property-tests/arbitraries/record.ts"
import { smallWorld } from "../../property-tests/arbitraries/world.ts"
import type { Command } from "./command.ts"
import type { Event } from "./event.ts"

/** Ben may lock 0.002 (2 million nano-units); Dan has an account, but no metering point. */
const world = smallWorld({ members: [...smallWorld().members.filter(({ member }) => member !== "ben"), { member: "ben", community: "sun", deposit: 2_000_000 }, { member: "dan", community: "sun", deposit: 0 }] })

const market = () => {
  const play = open(world)
  const nonces = new Map<string, number>()
  send(play, fromOperator({ kind: "Tick", area: "area", time: world.start }))
  const by = (member: string, ...commands: ReadonlyArray<Command>): ReadonlyArray<Event> => {
    nonces.set(member, (nonces.get(member) ?? 0) + 1)
    return send(play, { signer: walletKey(member), nonce: nonces.get(member)!, commands })
  }
  return { play, by, books: () => play.state.market.books!, ben: () => play.state.accounts.members.get("ben")! }
}
const place = (clientOrderId: bigint, price: number, quantity: number): Command => ({
  kind: "PlaceOrder", meteringPoint: "ben-home", clientOrderId, period: world.start + 1_800, orderKind: "limit", price, quantity, goodTill: 0, named: [], selfTrade: "cancel-newest"
})
const move = (price: number): Command => ({ kind: "MoveOrder", meteringPoint: "ben-home", clientOrderId: 0n, price })
const refusals = (events: ReadonlyArray<Event>): Array<string> => eventsOf(events, "OrderChangeRefused").map(({ status }) => status)

it("a cancelled order leaves, and its credit is free", () => {
  const { by, books, ben } = market()
  by("ben", place(0n, 100_000, 10))
  // 100,000 to pay and 40,000 more than feed-in, for each of 10 Wh.
  expect([books().orders.size, ben().held]).toEqual([1, 1_400_000n])
  expect(eventsOf(by("ben", { kind: "CancelOrder", meteringPoint: "ben-home", clientOrderId: 0n }), "OrderClosed")).toMatchObject([{ orderId: 1, remaining: 10, reason: "Cancelled" }])
  expect([books().orders.size, ben().held]).toEqual([0, 0n])
  // Neither one that has left nor one that never was.
  for (const clientOrderId of [0n, 77n]) expect(refusals(by("ben", { kind: "CancelOrder", meteringPoint: "ben-home", clientOrderId }))).toEqual(["UnknownOrder"])
})

it("a move that the books refuse keeps its hold, also where credit has sunk below it", () => {
  const { by, books, ben } = market()
  by("ben", place(0n, 100_000, 10))
  ben().credit = 1_000_000n
  Object.assign(books().books, { stamps: 0xffff_ffff })
  expect(refusals(by("ben", move(50_000)))).toEqual(["StampsUsedUp"])
  expect(ben().held).toBe(1_400_000n)
  by("ben", { kind: "CancelOrder", meteringPoint: "ben-home", clientOrderId: 0n })
  expect(ben().held).toBe(0n)
})

it("a move is refused for its price before its credit, and for its credit before the book is asked", () => {
  const { by, ben } = market()
  by("ben", place(0n, 100_000, 10))
  expect(refusals(by("ben", move(1_001_000), move(900_500), move(900_000)))).toEqual(["PriceOutsideBand", "PriceOffTick", "InsufficientCredit"])
  expect(ben().held).toBe(1_400_000n)
})

it("who has no metering point has no orders: cancelling all of them says nothing to the books", () => {
  const { by, books } = market()
  by("ben", place(0n, 100_000, 10))
  const before = books().books.snapshot().slice()
  expect(by("dan", { kind: "CancelAllOrders" })).toEqual([])
  expect(books().books.snapshot()).toEqual(before)
})
