import { highOf, lowOf } from "./book/event-log.ts"
import { checkPrice } from "./check-order.ts"
import { keepApart } from "./keep-apart.ts"
import type { OpenOrder } from "./market-books.ts"
import { lockMore, unlockMore, type MarketContext } from "./market-context.ts"
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

/** Moves an order; a dearer one locks more first. What a cheaper one no longer needs is free once it has moved: credit that has sunk meanwhile could not be locked again. */
const move = (context: MarketContext, order: OpenOrder, account: number, price: number): "Accepted" | OrderStatus => {
  const { books } = context
  const priced = checkPrice(books.rules, price)
  if (priced !== "Accepted") return priced
  const { orderId, price: before, remaining } = order
  if (!lockMore(context, order, before, price, remaining)) return "InsufficientCredit"
  const status = orderStatusOf(books.books.move(account, lowOf(orderId), highOf(orderId), price))
  if (status === "Accepted") unlockMore(context, order, before, price, remaining)
  else unlockMore(context, order, price, before, remaining)
  return status
}

const change = (context: MarketContext, command: ChangeOrder, order: OpenOrder): "Accepted" | OrderStatus => {
  const { books, traders } = context.books
  const account = traders.accountOf(order.meteringPoint)!
  const [low, high] = [lowOf(order.orderId), highOf(order.orderId)]
  switch (command.kind) {
    case "CancelOrder":
      return orderStatusOf(books.cancel(account, low, high))
    case "ReduceOrder":
      return orderStatusOf(books.reduce(account, low, high, command.quantity))
    case "MoveOrder":
      return move(context, order, account, command.price)
  }
}

/** Cancels, reduces or moves a client's order. A refusal is an event with a name and changes nothing. */
export const changeOrder = (context: MarketContext, command: ChangeOrder): void => {
  const { kind, meteringPoint, clientOrderId } = command
  const order = find(context, meteringPoint, clientOrderId)
  const status = order === undefined ? "UnknownOrder" : change(context, command, order)
  if (status !== "Accepted") {
    context.books.books.log.drained()
    return context.emit({ kind: "OrderChangeRefused", command: kind, meteringPoint, clientOrderId, status })
  }
  translate(context)
  keepApart(context, order!.orderId)
}

/** Cancels every open order of a member. */
export const cancelAllOf = (context: MarketContext, member: string): void => {
  const owner = context.books.traders.ownerOf(member)
  if (owner === undefined) return
  context.books.books.cancelAll(owner)
  translate(context)
}
