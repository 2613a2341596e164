import { STATUS_NAMES } from "./book/status.ts"
import type { OrderStatus } from "./order.ts"

/** The name that the core gives a status of the books: a closed book is a closed market. */
export const orderStatusOf = (code: number): "Accepted" | OrderStatus => {
  const name = STATUS_NAMES[code]
  return name === "BookClosed" ? "MarketClosed" : (name as "Accepted" | OrderStatus)
}
