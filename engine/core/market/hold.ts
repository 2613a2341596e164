import type { Tariff } from "../tariff/tariff.ts"
import type { Side } from "./order.ts"

/**
 * What an order or trade locks of its member's credit, in nano-units: the payment it may come to and the imbalance it
 * may cause (design, decision 10): max(0, +-price) x quantity, plus (residual supply - price) for a seller who fails to
 * deliver, (price - feed-in) for a buyer who fails to take.
 */
export const holdFor = (side: Side, price: number, quantity: number, tariff: Tariff): bigint => {
  const payment = Math.max(0, side === "buy" ? price : -price)
  const exposure = Math.max(0, side === "sell" ? tariff.residualSupplyPrice - price : price - tariff.feedInPrice)
  return BigInt(payment + exposure) * BigInt(quantity)
}
