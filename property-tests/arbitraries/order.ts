import fc from "fast-check"
import type { RestingOrder } from "../../engine/core/market/order.ts"
import { tickPrice } from "./quantity.ts"

/** An order as it comes to one period's book. */
export interface PlacedOrder extends Omit<RestingOrder, "remaining"> {
  readonly period: number
  readonly quantity: number
}

/** Orders of few members and few prices over few periods: they meet, tie, fill in parts and meet their own. */
export const orders: fc.Arbitrary<Array<PlacedOrder>> = fc
  .array(
    fc.record({
      period: fc.constantFrom(900, 1_800),
      member: fc.constantFrom("ada", "ben", "cleo", "dan"),
      community: fc.constantFrom("sun", "sun", "sun", "moon"),
      side: fc.constantFrom("buy", "sell"),
      price: fc.oneof(fc.constantFrom(-1_000, 0, 1_000, 2_000), tickPrice),
      quantity: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5_000 }))
    }),
    { maxLength: 40 }
  )
  .map((placed) => placed.map((order, index) => ({ ...order, orderId: index + 1, meteringPoint: `${order.member}-${order.side}` })))
