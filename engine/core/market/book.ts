import { list, struct, type Infer } from "../quantity/codec.ts"
import { restingOrder, type RestingOrder } from "./order.ts"

/** The book of one delivery period: each side best price first, then first come first. */
export const book = struct({ bids: list(restingOrder), asks: list(restingOrder) })
export type Book = Infer<typeof book>

export const emptyBook = (): Book => ({ bids: [], asks: [] })

/** An incoming order met a resting one: `quantity` Wh at the resting order's price. */
export interface Match {
  readonly resting: RestingOrder
  readonly price: number
  readonly quantity: number
  readonly restingFilled: boolean
}

/** What became of an incoming order. */
export type Placed =
  | { readonly outcome: "Filled" | "Rests"; readonly matches: ReadonlyArray<Match> }
  | { readonly outcome: "SelfTrade"; readonly matches: ReadonlyArray<Match>; readonly remaining: number }

const crosses = (incoming: RestingOrder, resting: RestingOrder): boolean =>
  incoming.side === "buy" ? resting.price <= incoming.price : resting.price >= incoming.price

const isBetter = (left: RestingOrder, right: RestingOrder): boolean =>
  left.side === "buy" ? left.price > right.price : left.price < right.price

/** Places behind every order of the same or a better price. */
const rest = (orders: Array<RestingOrder>, incoming: RestingOrder): void => {
  let low = 0
  let high = orders.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBetter(incoming, orders[middle]!)) high = middle
    else low = middle + 1
  }
  orders.splice(low, 0, incoming)
}

/** Place of the first order that the incoming one may meet: trading stays inside a community, whose run will settle it. */
const firstOf = (orders: ReadonlyArray<RestingOrder>, community: string): number => orders.findIndex((order) => order.community === community)

/**
 * Matches an incoming order in price-time order and lets the rest of it rest. Where it would meet an order of the same
 * member, the rest of the incoming order is withdrawn ("cancel newest"): nobody trades with himself.
 * Changes `target` and `incoming.remaining`.
 */
export const placeOrder = (target: Book, incoming: RestingOrder): Placed => {
  const opposite = incoming.side === "buy" ? target.asks : target.bids
  const matches: Array<Match> = []
  while (incoming.remaining > 0) {
    const place = firstOf(opposite, incoming.community)
    const resting = opposite[place]
    if (resting === undefined || !crosses(incoming, resting)) break
    if (resting.member === incoming.member) return { outcome: "SelfTrade", matches, remaining: incoming.remaining }
    const quantity = Math.min(incoming.remaining, resting.remaining)
    incoming.remaining -= quantity
    resting.remaining -= quantity
    const restingFilled = resting.remaining === 0
    if (restingFilled) opposite.splice(place, 1)
    matches.push({ resting, price: resting.price, quantity, restingFilled })
  }
  if (incoming.remaining === 0) return { outcome: "Filled", matches }
  rest(incoming.side === "buy" ? target.bids : target.asks, incoming)
  return { outcome: "Rests", matches }
}
