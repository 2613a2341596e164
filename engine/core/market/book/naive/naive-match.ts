import { ALLOW, CANCEL_BOTH, CANCEL_NEWEST, CANCEL_OLDEST, DECREMENT, policyOf, sideOf } from "../terms.ts"
import { byPriceAndTime, type NaiveOrder } from "./naive-state.ts"

/** One thing that happened while an order was matched. */
export type NaiveStep =
  | { readonly what: "trade" | "decrement"; readonly maker: NaiveOrder; readonly quantity: number }
  | { readonly what: "cancel maker"; readonly maker: NaiveOrder }
  | { readonly what: "cancel taker" }

export type OwnerOf = (order: NaiveOrder) => number

const mayMeet = (order: NaiveOrder, owner: number): boolean => order.named.length === 0 || order.named.includes(owner)

/** Resting orders that `taker` may meet at its price, best first. */
export const meetable = (orders: ReadonlyArray<NaiveOrder>, taker: NaiveOrder, ownerOf: OwnerOf): Array<NaiveOrder> => {
  const side = sideOf(taker.terms)
  return orders
    .filter((one) => one.book === taker.book && sideOf(one.terms) !== side)
    .filter((one) => (side === 0 ? one.price <= taker.price : one.price >= taker.price))
    .filter((one) => mayMeet(one, ownerOf(taker)) && mayMeet(taker, ownerOf(one)))
    .sort(byPriceAndTime(1 - side))
}

/** What happens to `taker`, step by step, without changing anything. */
export const matchSteps = (orders: ReadonlyArray<NaiveOrder>, taker: NaiveOrder, ownerOf: OwnerOf): Array<NaiveStep> => {
  const steps: Array<NaiveStep> = []
  const policy = policyOf(taker.terms)
  let open = taker.quantity
  for (const maker of meetable(orders, taker, ownerOf)) {
    if (open === 0) break
    const quantity = Math.min(open, maker.quantity)
    if (ownerOf(maker) !== ownerOf(taker) || policy === ALLOW) {
      steps.push({ what: "trade", maker, quantity })
      open -= quantity
      continue
    }
    if (policy === DECREMENT) {
      steps.push({ what: "decrement", maker, quantity })
      open -= quantity
    }
    if (policy === CANCEL_OLDEST || policy === CANCEL_BOTH) steps.push({ what: "cancel maker", maker })
    if (policy === CANCEL_NEWEST || policy === CANCEL_BOTH) return [...steps, { what: "cancel taker" }]
  }
  return steps
}

/** Whether trades alone would fill all of `taker`. */
export const isFillable = (orders: ReadonlyArray<NaiveOrder>, taker: NaiveOrder, ownerOf: OwnerOf): boolean => {
  let traded = 0
  for (const step of matchSteps(orders, taker, ownerOf)) if (step.what === "trade") traded += step.quantity
  return traded === taker.quantity
}
