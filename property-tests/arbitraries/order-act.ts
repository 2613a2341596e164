import fc from "fast-check"
import { PERIOD_SECONDS } from "../../engine/core/calendar/period.ts"
import type { OrderCommand } from "../../engine/core/market/order-commands.ts"
import type { OrderKind, SelfTrade } from "../../engine/core/market/order.ts"
import type { World } from "./world.ts"

const orderKinds: ReadonlyArray<OrderKind> = ["limit", "market", "immediate-or-cancel", "fill-or-kill", "post-only"]
const policies: ReadonlyArray<SelfTrade> = ["cancel-newest", "cancel-oldest", "cancel-both", "decrement"]

/** What a member does in the market at one step; points and members are places in the world's lists. */
export interface OrderAct {
  readonly what: "place" | "cancel" | "cancel all" | "reduce" | "move"
  readonly point: number
  readonly clientOrderId: bigint
  /** Delivery periods from the step's own on, so that some are closed and some not open yet. */
  readonly ahead: number
  readonly orderKind: OrderKind
  readonly price: number
  readonly quantity: number
  /** Periods until the order leaves the book; 0: till the gate. */
  readonly goodFor: number
  readonly named: ReadonlyArray<number>
  readonly selfTrade: SelfTrade
}

/** Few prices, ids and periods, so that orders meet, tie, meet their own and are refused for every reason. */
export const orderAct: fc.Arbitrary<OrderAct> = fc.record({
  what: fc.oneof({ weight: 12, arbitrary: fc.constant("place" as const) }, fc.constantFrom("cancel" as const, "cancel all" as const, "reduce" as const, "move" as const, "move" as const)),
  point: fc.nat(6),
  clientOrderId: fc.oneof({ weight: 5, arbitrary: fc.bigInt({ min: 0n, max: 30n }) }, fc.constant(2n ** 64n - 1n)),
  ahead: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(1, 2) }, fc.integer({ min: -1, max: 98 })),
  orderKind: fc.oneof({ weight: 3, arbitrary: fc.constant("limit" as const) }, fc.constantFrom(...orderKinds)),
  price: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: -2, max: 12 }).map((price) => price * 10_000) }, fc.constantFrom(150_500, 2_000_000)),
  quantity: fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.constantFrom(0, 2_000_000)),
  goodFor: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -1, max: 2 })),
  named: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, fc.array(fc.nat(5), { maxLength: 3 })),
  selfTrade: fc.constantFrom(...policies)
})

/** The command of an act at market time `time`. A place beyond the world's lists names nobody. */
export const commandOf = ({ points, members }: World, act: OrderAct, time: number): OrderCommand => {
  const { what, clientOrderId, orderKind, price, quantity, goodFor, selfTrade } = act
  const { meteringPoint } = points[act.point % points.length]!
  const named = act.named.map((place) => members[place]?.member ?? "nobody")
  switch (what) {
    case "place":
      return { kind: "PlaceOrder", meteringPoint, clientOrderId, period: time + act.ahead * PERIOD_SECONDS, orderKind, price, quantity, goodTill: goodFor === 0 ? 0 : time + goodFor * PERIOD_SECONDS, named, selfTrade }
    case "cancel":
      return { kind: "CancelOrder", meteringPoint, clientOrderId }
    case "cancel all":
      return { kind: "CancelAllOrders" }
    case "reduce":
      return { kind: "ReduceOrder", meteringPoint, clientOrderId, quantity }
    case "move":
      return { kind: "MoveOrder", meteringPoint, clientOrderId, price }
  }
}
