import { expect, it } from "vitest"
import { eventsOf, open, send } from "../../property-tests/arbitraries/play.ts"
import { fromOperator, walletKey } from "../../property-tests/arbitraries/record.ts"
import { smallWorld } from "../../property-tests/arbitraries/world.ts"

const members = Array.from({ length: 10 }, (_, index) => `member-${index}`)
/** Ten members with a point each, and Zoe with none; nobody but the first has credit. */
const world = smallWorld({
  members: [...members, "zoe"].map((member) => ({ member, community: "sun", deposit: member === "member-0" ? 10 ** 12 : 0 })),
  points: members.map((member) => ({ meteringPoint: `${member}-home`, member, direction: "withdrawal" }))
})

const outcome = (member: string, named: ReadonlyArray<string>): string => {
  const play = open(world)
  send(play, fromOperator({ kind: "Tick", area: "area", time: world.start }))
  const events = send(play, {
    signer: walletKey(member), nonce: 1,
    commands: [{ kind: "PlaceOrder", meteringPoint: `${member}-home`, clientOrderId: 1n, period: world.start + 1_800, orderKind: "limit", price: 100_000, quantity: 10, goodTill: 0, named: [...named], selfTrade: "cancel-newest" }]
  })
  return eventsOf(events, "OrderRefused")[0]?.status ?? eventsOf(events, "OrderPlaced")[0]!.named.join()
}

it("an order may name up to eight", () => {
  expect(outcome("member-0", members.slice(1, 9))).toBe(members.slice(1, 9).join())
  expect(outcome("member-0", members.slice(1, 10))).toBe("CounterpartiesWrong")
})

it("one member's directed orders take a quarter of a book's room, rounded up, and leave the rest to others", () => {
  const play = open(smallWorld({ ...world, rules: { ...world.rules, maximumDirectedOrders: 6 } }))
  send(play, fromOperator({ kind: "Tick", area: "area", time: world.start }))
  const place = (member: string, clientOrderId: bigint, period: number) => {
    const events = send(play, {
      signer: walletKey(member), nonce: Number(clientOrderId) + 1,
      // A bid below zero locks nothing.
      commands: [{ kind: "PlaceOrder", meteringPoint: `${member}-home`, clientOrderId, period: world.start + period, orderKind: "limit", price: -1_000_000, quantity: 1, goodTill: 0, named: ["member-9"], selfTrade: "cancel-newest" }]
    })
    return eventsOf(events, "OrderRefused")[0]?.status ?? "Accepted"
  }
  expect([0n, 1n, 2n].map((id) => place("member-1", id, 1_800))).toEqual(["Accepted", "Accepted", "TooManyDirected"])
  expect([place("member-2", 0n, 1_800), place("member-1", 3n, 2_700)]).toEqual(["Accepted", "Accepted"])
})

it("whom it names wrongly is said before that its credit does not reach", () => {
  expect(["nobody", "zoe"].map((named) => outcome("member-1", [named]))).toEqual(["CounterpartiesWrong", "CounterpartiesWrong"])
  expect(outcome("member-1", members.filter((member) => member !== "member-1"))).toBe("CounterpartiesWrong")
  expect(outcome("member-1", ["member-2"])).toBe("InsufficientCredit")
})
