import type { MarketRules } from "./market-rules.ts"
import type { OrderStatus } from "./order.ts"

/** Whether price, quantity and time suit the rules; the name of the first that does not. */
export const checkOrder = (rules: MarketRules, now: number, period: number, price: number, quantity: number): "Accepted" | OrderStatus => {
  if (period <= now || now < period - rules.opensBefore) return "MarketClosed"
  if (price < rules.minimumPrice || price > rules.maximumPrice) return "PriceOutsideBand"
  if (price % rules.priceTick !== 0) return "PriceOffTick"
  if (quantity < rules.minimumQuantity) return "QuantityTooSmall"
  return quantity > rules.maximumQuantity ? "QuantityTooLarge" : "Accepted"
}
