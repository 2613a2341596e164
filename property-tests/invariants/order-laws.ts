import type { Event } from "../../engine/core/event.ts"
import type { AreaState } from "../../engine/core/state.ts"
import type { Watch } from "../arbitraries/play.ts"

type Placed = Extract<Event, { kind: "OrderPlaced" }>

interface Known {
  readonly placed: Placed
  price: number
  remaining: number
}

const fail = (law: string, detail: unknown): never => {
  throw new Error(`${law}: ${JSON.stringify(detail, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value))}`)
}

/** A book of every order, kept from events alone: it shares nothing with the books and knows only what a reader of events knows. */
class EventReader {
  private readonly orders = new Map<number, Known>()
  private time = 0
  private call: { readonly period: number; readonly community: string; readonly price: number } | undefined
  private readonly collecting = new Set<string>()

  read(event: Event): void {
    if (event.kind === "MarketTimeMoved") this.time = event.time
    if (event.kind !== "TradeMade" && event.kind !== "OrderClosed") this.call = undefined
    if (event.kind === "CallHeld") this.call = event
    if (event.kind === "CollectingBegan") this.collecting.add(`${event.period} ${event.community}`)
    if (event.kind === "OrderPlaced") this.placed(event)
    if (event.kind === "OrderMoved") this.open(event.orderId).price = event.price
    if (event.kind === "OrderReduced") this.take(event.orderId, event.quantity, event.remaining)
    if (event.kind === "OrderClosed") this.closed(event)
    if (event.kind === "TradeMade") this.traded(event.trade)
  }

  private placed(event: Placed): void {
    if (this.orders.has(event.orderId)) fail("an order's number is its own", event)
    if (event.period <= this.time) fail("no order after gate closure", event)
    this.orders.set(event.orderId, { placed: event, price: event.price, remaining: event.quantity })
  }

  private open(orderId: number): Known {
    return this.orders.get(orderId) ?? fail("events speak of open orders", orderId)
  }

  private take(orderId: number, quantity: number, remaining?: number): void {
    const order = this.open(orderId)
    order.remaining -= quantity
    if (quantity <= 0 || order.remaining < 0 || (remaining !== undefined && remaining !== order.remaining)) fail("Wh of an order add up", { order, quantity, remaining })
  }

  private closed({ orderId, remaining, reason }: Extract<Event, { kind: "OrderClosed" }>): void {
    const order = this.open(orderId)
    if (order.remaining !== remaining) fail("what is left is what was not traded", { order, remaining })
    if (reason === "Filled" && remaining !== 0) fail("filled to the end", { order })
    if (reason === "TimeOver" && (order.placed.goodTill === 0 || order.placed.goodTill > this.time)) fail("good till its time", { order })
    this.orders.delete(orderId)
  }

  private traded({ period, community, buyOrder, sellOrder, buyer, seller, buyPoint, sellPoint, price, quantity }: Extract<Event, { kind: "TradeMade" }>["trade"]): void {
    const [buy, sell] = [this.open(buyOrder), this.open(sellOrder)]
    const is = ({ placed }: Known, side: string, member: string, point: string) => placed.side === side && placed.member === member && placed.meteringPoint === point && placed.period === period
    if (!is(buy, "buy", buyer, buyPoint) || !is(sell, "sell", seller, sellPoint)) fail("a trade is between its orders", { buy, sell })
    if (buyer === seller) fail("nobody trades with himself", { buy, sell })
    if (price > buy.price || price < sell.price) fail("within both limits", { buy, sell, price })
    for (const [one, other] of [[buy, seller], [sell, buyer]] as const) if (one.placed.named.length > 0 && !one.placed.named.includes(other)) fail("only those who were named", { one, other })
    if (this.call === undefined && price !== buy.price && price !== sell.price) fail("at the price of the order that rested", { buy, sell, price })
    if (this.call !== undefined && (this.call.price !== price || this.call.community !== community || this.call.period !== period)) fail("a call has one price", { call: this.call, price })
    if (this.call === undefined && this.collecting.has(`${period} ${community}`)) fail("a book that collects matches nothing", { buy, sell })
    for (const one of [buyOrder, sellOrder]) this.take(one, quantity)
  }
}

/** Laws of orders that events alone must show. */
export const orderLaws = (): Watch => {
  const reader = new EventReader()
  return (_, events) => {
    for (const event of events) reader.read(event)
  }
}

/** What a refused order may not change: all of the market but the books' own hash and command number, and every hold. */
export const marketFingerprint = ({ market, accounts }: AreaState): string => {
  const books = market.books === undefined ? "" : Buffer.from(market.books.books.snapshot().subarray(24)).toString("base64")
  const held = [...accounts.members].map(([member, { held }]) => `${member} ${held}`)
  return JSON.stringify([books, held, market.nextOrder, market.nextTrade, [...market.clientOrders], [...market.undelivered], [...(market.books?.orders ?? [])]])
}
