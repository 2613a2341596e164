import { isPeriodStart } from "../calendar/period.ts"
import type { MarketRules } from "./market-rules.ts"
import type { OrderStatus } from "./order.ts"

/** Whether a price suits the rules. The books say the same, but only the core knows credit, which is asked after it. */
export const checkPrice = (rules: MarketRules, price: number): "Accepted" | OrderStatus => {
  if (price < rules.minimumPrice || price > rules.maximumPrice) return "PriceOutsideBand"
  return price % rules.priceTick === 0 ? "Accepted" : "PriceOffTick"
}

/** Whether price, quantity and time suit the rules; the name of the first that does not. */
export const checkOrder = (rules: MarketRules, now: number, period: number, price: number, quantity: number): "Accepted" | OrderStatus => {
  // Before the first tick (0) nobody knows which gates have closed.
  if (now === 0 || !isPeriodStart(period) || period <= now || now < period - rules.opensBefore) return "MarketClosed"
  const priced = checkPrice(rules, price)
  if (priced !== "Accepted") return priced
  if (quantity < rules.minimumQuantity) return "QuantityTooSmall"
  return quantity > rules.maximumQuantity ? "QuantityTooLarge" : "Accepted"
}
