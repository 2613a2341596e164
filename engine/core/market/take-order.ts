import type { AccountState } from "../account/member.ts"
import { hold, release } from "../account/credit.ts"
import { assertLaw } from "../quantity/invariant.ts"
import type { ValueOf } from "../quantity/codec.ts"
import type { Tariff, TariffState } from "../tariff/tariff.ts"
import { emptyBook, placeOrder, type Match } from "./book.ts"
import { checkOrder } from "./check-order.ts"
import { holdFor } from "./hold.ts"
import type { MarketState } from "./market-state.ts"
import type { orderClosed, orderPlaced, orderRefused, OrderStatus, RestingOrder, Side, Trade, tradeMade } from "./order.ts"

type MarketEvent = ValueOf<typeof orderPlaced> | ValueOf<typeof orderRefused> | ValueOf<typeof orderClosed> | ValueOf<typeof tradeMade>
export type EmitMarketEvent = (event: MarketEvent) => void

/** An order as it comes to the market, before any check. */
export interface IncomingOrder {
  readonly period: number
  readonly meteringPoint: string
  readonly member: string
  readonly community: string
  readonly side: Side
  readonly price: number
  readonly quantity: number
  readonly preference: Uint8Array
}

/** Checks an order, locks its credit, matches it and lets the rest rest. A refusal is an event with a name. */
export const takeOrder = (
  market: MarketState,
  accounts: AccountState,
  tariffs: TariffState,
  now: number,
  incoming: IncomingOrder,
  emit: EmitMarketEvent
): void => {
  const { period, meteringPoint, member, community, side, price, quantity, preference } = incoming
  const refuse = (status: OrderStatus) => emit({ kind: "OrderRefused", period, meteringPoint, member, side, price, quantity, status })
  const status = checkOrder(market.rules, now, period, price, quantity)
  if (status !== "Accepted") return refuse(status)
  const account = accounts.members.get(member)
  const tariff = tariffs.get(community)
  assertLaw(account !== undefined && tariff !== undefined, "an order names a member and its community")
  if (!hold(account, holdFor(side, price, quantity, tariff))) return refuse("InsufficientCredit")
  const order: RestingOrder = { orderId: market.nextOrder++, meteringPoint, member, community, side, price, remaining: quantity }
  emit({ kind: "OrderPlaced", orderId: order.orderId, period, meteringPoint, member, side, price, quantity, preference })
  const book = market.books.get(period) ?? emptyBook()
  market.books.set(period, book)
  const placed = placeOrder(book, order)
  for (const match of placed.matches) recordTrade(market, accounts, tariffs, period, order, match, emit)
  if (placed.outcome === "Rests") return
  if (placed.outcome === "SelfTrade") release(account, holdFor(side, price, placed.remaining, tariff))
  const remaining = placed.outcome === "SelfTrade" ? placed.remaining : 0
  emit({ kind: "OrderClosed", orderId: order.orderId, remaining, reason: placed.outcome })
}

/** The hold of an order's traded part becomes the hold of its trade, at the trade's price. */
const convertHold = (accounts: AccountState, tariff: Tariff, order: RestingOrder, price: number, quantity: number): void => {
  const account = accounts.members.get(order.member)
  assertLaw(account !== undefined, "a resting order has an account")
  const released = holdFor(order.side, order.price, quantity, tariff)
  const kept = holdFor(order.side, price, quantity, tariff)
  assertLaw(kept <= released, "a trade never locks more than its order did")
  release(account, released - kept)
}

const recordTrade = (
  market: MarketState,
  accounts: AccountState,
  tariffs: TariffState,
  period: number,
  incoming: RestingOrder,
  { resting, price, quantity, restingFilled }: Match,
  emit: EmitMarketEvent
): void => {
  for (const order of [incoming, resting]) convertHold(accounts, tariffs.get(order.community)!, order, price, quantity)
  const [buy, sell] = incoming.side === "buy" ? [incoming, resting] : [resting, incoming]
  const trade: Trade = {
    tradeId: market.nextTrade++,
    period,
    community: sell.community,
    buyOrder: buy.orderId,
    sellOrder: sell.orderId,
    buyPoint: buy.meteringPoint,
    sellPoint: sell.meteringPoint,
    buyer: buy.member,
    seller: sell.member,
    price,
    quantity
  }
  const trades = market.undelivered.get(period) ?? []
  trades.push(trade)
  market.undelivered.set(period, trades)
  emit({ kind: "TradeMade", trade })
  if (restingFilled) emit({ kind: "OrderClosed", orderId: resting.orderId, remaining: 0, reason: "Filled" })
}
