import { highOf, lowOf } from "./book/event-log.ts"
import { ACCEPTED } from "./book/status.ts"
import { checkPrice } from "./check-order.ts"
import { keepApart } from "./keep-apart.ts"
import type { OpenOrder } from "./market-books.ts"
import { lockAtOtherPrice, type MarketContext } from "./market-context.ts"
import { clientOrderKey } from "./market-state.ts"
import type { ChangeOrder } from "./order-commands.ts"
import { orderStatusOf } from "./order-status.ts"
import type { OrderStatus } from "./order.ts"
import { translate } from "./translate.ts"

/** The open order that a client names, or undefined. */
const find = ({ market, books }: MarketContext, meteringPoint: string, clientOrderId: bigint): OpenOrder | undefined => {
  const known = market.clientOrders.get(clientOrderKey(meteringPoint, clientOrderId))
  return known === undefined ? undefined : books.orders.get(known.orderId)
}

/** Moves an order; a dearer one locks more first. */
const move = (context: MarketContext, order: OpenOrder, account: number, price: number): "Accepted" | OrderStatus => {
  const { books } = context
  const priced = checkPrice(books.rules, price)
  if (priced !== "Accepted") return priced
  const { orderId, price: before, remaining } = order
  if (!lockAtOtherPrice(context, order, before, price, remaining)) return "InsufficientCredit"
  const status = books.books.move(account, lowOf(orderId), highOf(orderId), price)
  if (status === ACCEPTED) return "Accepted"
  lockAtOtherPrice(context, order, price, before, remaining)
  return orderStatusOf(status)
}

const change = (context: MarketContext, command: ChangeOrder, order: OpenOrder): "Accepted" | OrderStatus => {
  const { books, traders } = context.books
  const account = traders.accountOf(order.meteringPoint)!
  const [low, high] = [lowOf(order.orderId), highOf(order.orderId)]
  switch (command.kind) {
    case "CancelOrder":
      return books.cancel(account, low, high) === ACCEPTED ? "Accepted" : "UnknownOrder"
    case "ReduceOrder": {
      const status = books.reduce(account, low, high, command.quantity)
      return status === ACCEPTED ? "Accepted" : orderStatusOf(status)
    }
    case "MoveOrder":
      return move(context, order, account, command.price)
  }
}

/** Cancels, reduces or moves a client's order. A refusal is an event with a name and changes nothing. */
export const changeOrder = (context: MarketContext, command: ChangeOrder): void => {
  const { kind, meteringPoint, clientOrderId } = command
  const order = find(context, meteringPoint, clientOrderId)
  const status = order === undefined ? "UnknownOrder" : change(context, command, order)
  if (order !== undefined && status === "Accepted") {
    translate(context)
    keepApart(context, order.orderId)
    return
  }
  context.books.books.log.drained()
  context.emit({ kind: "OrderChangeRefused", command: kind, meteringPoint, clientOrderId, status: status as OrderStatus })
}

/** Cancels every open order of a member. */
export const cancelAllOf = (context: MarketContext, member: string): void => {
  const owner = context.books.traders.ownerOf(member)
  if (owner === undefined) return
  context.books.books.cancelAll(owner)
  translate(context)
}
