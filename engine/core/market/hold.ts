import type { Tariff } from "../tariff/tariff.ts"
import { holdRate } from "./book/rules.ts"
import type { Side } from "./order.ts"

/**
 * What an order or trade locks of its member's credit, in nano-units: the payment it may come to and the imbalance it
 * may cause (design, decision 10): max(0, +-price) x quantity, plus (residual supply - price) for a seller who fails to
 * deliver, (price - feed-in) for a buyer who fails to take.
 */
export const holdFor = (side: Side, price: number, quantity: number, tariff: Tariff): bigint =>
  BigInt(holdRate(side === "buy" ? 0 : 1, price, tariff)) * BigInt(quantity)
