import { highOf, lowOf } from "./book/event-log.ts"
import { MOST_NAMED } from "./book/rules.ts"
import { ACCEPTED } from "./book/status.ts"
import { checkOrder } from "./check-order.ts"
import { checkClientOrder, rememberClientOrder } from "./client-orders.ts"
import { bookTermsOf, limitOf, type IncomingOrder } from "./incoming-order.ts"
import { keepApart } from "./keep-apart.ts"
import { lock, unlock, type MarketContext } from "./market-context.ts"
import { orderStatusOf } from "./order-status.ts"
import type { OrderStatus } from "./order.ts"
import { translate } from "./translate.ts"

/** Numbers of the members who alone may meet an order; undefined where one is nobody who could, or is named twice. */
const ownersNamed = ({ books, accounts }: MarketContext, { named, member, community }: IncomingOrder): Array<number> | undefined => {
  if (named.length > MOST_NAMED || new Set(named).size !== named.length || named.includes(member)) return undefined
  const owners = named.flatMap((one) => (accounts.members.get(one)?.community === community ? (books.traders.ownerOf(one) ?? []) : []))
  return owners.length === named.length ? owners : undefined
}

/** Of the directed orders that a book has room for one member may have one in so many, rounded up: one at no cost could else take all. */
const DIRECTED_SHARE = 4

/** Whether a member has room for one more directed order in its book. */
const mayDirect = ({ books }: MarketContext, { member, period }: IncomingOrder): boolean => {
  const own = books.ordersOf(member).filter((order) => order.isDirected && order.period === period)
  return own.length < Math.ceil(books.rules.maximumDirectedOrders / DIRECTED_SHARE)
}

/** The first refusal of an order, before credit and the book itself are asked. */
const checkIncoming = (context: MarketContext, incoming: IncomingOrder): "Accepted" | OrderStatus => {
  const { market, books, now } = context
  const { period, meteringPoint, quantity, clientOrderId } = incoming
  const status = checkOrder(books.rules, now, period, limitOf(incoming, books.rules), quantity)
  if (status !== "Accepted") return status
  return clientOrderId === undefined ? "Accepted" : checkClientOrder(market, meteringPoint, clientOrderId)
}

/** Puts an order into its book, which is opened for it if need be; the books' status. */
const placeInBook = ({ market, books, now }: MarketContext, incoming: IncomingOrder, account: number, owners: ReadonlyArray<number>): number => {
  const { period, community, price, quantity, goodTill } = incoming
  const isFirst = books.placeOf(period, community) === -1
  const opened = isFirst ? books.open(period, community) : ACCEPTED
  if (opened !== ACCEPTED) return opened
  const place = books.placeOf(period, community)
  if (isFirst && books.isCollecting(period, now)) books.books.collect(place)
  const orderId = market.nextOrder
  // Good till the gate or longer: till the gate, its call included.
  const until = goodTill >= period ? 0 : goodTill
  const status = books.books.place(place, account, lowOf(orderId), highOf(orderId), bookTermsOf(incoming), price, quantity, until, owners)
  if (status === ACCEPTED) market.nextOrder++
  else if (isFirst) books.books.close(place, 0)
  return status
}

/**
 * Takes an order: the core asks about rules, id and credit, the book about its terms, its room and what it would meet.
 * Locks its credit, lets it match, and lets the rest rest. A refusal is an event with a name and changes nothing.
 * Returns the order's number, or why it was refused.
 */
export const takeOrder = (context: MarketContext, incoming: IncomingOrder): number | OrderStatus => {
  const { market, books, emit } = context
  const { period, meteringPoint, member, side, quantity, clientOrderId } = incoming
  const price = limitOf(incoming, books.rules)
  const refuse = (status: OrderStatus): OrderStatus => {
    emit({ kind: "OrderRefused", period, meteringPoint, member, side, price: incoming.price, quantity, clientOrderId, status })
    return status
  }
  const status = checkIncoming(context, incoming)
  if (status !== "Accepted") return refuse(status)
  const account = books.traders.accountOf(meteringPoint)
  if (account === undefined) return refuse("UnknownAccount")
  const owners = ownersNamed(context, incoming)
  if (owners === undefined) return refuse("CounterpartiesWrong")
  if (owners.length > 0 && !mayDirect(context, incoming)) return refuse("TooManyDirected")
  if (!lock(context, incoming, price, quantity)) return refuse("InsufficientCredit")
  const orderId = market.nextOrder
  const placed = placeInBook(context, { ...incoming, price }, account, owners)
  if (placed !== ACCEPTED) {
    books.books.log.drained()
    unlock(context, incoming, price, quantity)
    return refuse(orderStatusOf(placed) as OrderStatus)
  }
  if (clientOrderId !== undefined) rememberClientOrder(market, meteringPoint, clientOrderId, orderId, period)
  translate(context, { placing: incoming })
  keepApart(context, orderId)
  return orderId
}
