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

it("whom it names wrongly is said before that its credit does not reach", () => {
  expect(["nobody", "zoe"].map((named) => outcome("member-1", [named]))).toEqual(["CounterpartiesWrong", "CounterpartiesWrong"])
  expect(outcome("member-1", members.filter((member) => member !== "member-1"))).toBe("CounterpartiesWrong")
  expect(outcome("member-1", ["member-2"])).toBe("InsufficientCredit")
})
