import { highOf, lowOf } from "./book/event-log.ts"
import { CANCEL_BOTH, CANCEL_NEWEST, CANCEL_OLDEST, policyOf } from "./book/terms.ts"
import type { OpenOrder } from "./market-books.ts"
import type { MarketContext } from "./market-context.ts"
import { translate } from "./translate.ts"

/** A member's orders of the other side that could trade with `order` in one call: best for it first, then oldest. */
const ownAcross = ({ books }: MarketContext, order: OpenOrder): Array<OpenOrder> => {
  const reaches = (other: OpenOrder) => (order.side === "buy" ? other.price <= order.price : other.price >= order.price)
  return books
    .ordersOf(order.member)
    .filter((other) => other.period === order.period && other.community === order.community && other.side !== order.side && !other.isDirected && reaches(other))
    .sort((left, right) => (order.side === "buy" ? left.price - right.price : right.price - left.price))
}

const takeOff = (context: MarketContext, { orderId, meteringPoint }: OpenOrder, by?: number): void => {
  const { books, traders } = context.books
  const account = traders.accountOf(meteringPoint)!
  if (by === undefined) books.cancel(account, lowOf(orderId), highOf(orderId))
  else books.reduce(account, lowOf(orderId), highOf(orderId), by)
  translate(context, { onRequest: "SelfTrade" })
}

/**
 * Nobody trades with himself in the call either. A call has one price: a buy at or above it and a sell at or below it are
 * filled, whoever else is. So a member's buys and sells that do not cross can never both be filled; and while a book
 * collects, an order that crosses own ones is kept apart from them as soon as it comes or moves, by its own policy, as
 * matching would. Before that, matching itself left none that cross. Directed orders take no part in the call.
 */
export const keepApart = (context: MarketContext, orderId: number): void => {
  const { books, now } = context
  const order = books.orders.get(orderId)
  if (order === undefined || order.isDirected || !books.isCollecting(order.period, now)) return
  const policy = policyOf(order.terms)
  for (const other of ownAcross(context, order)) {
    if (!books.orders.has(orderId)) return
    if (policy === CANCEL_NEWEST) takeOff(context, order)
    else if (policy === CANCEL_OLDEST) takeOff(context, other)
    else if (policy === CANCEL_BOTH) {
      takeOff(context, other)
      takeOff(context, order)
    } else {
      const both = Math.min(order.remaining, other.remaining)
      takeOff(context, other, both)
      takeOff(context, order, both)
    }
  }
}
