import type { BookRules } from "../rules.ts"
import { sideOf } from "../terms.ts"
import { byPriceAndTime, type NaiveOrder } from "./naive-state.ts"

const sum = (orders: ReadonlyArray<NaiveOrder>): number => orders.reduce((total, order) => total + order.quantity, 0)

/** What would be bought, sold and matched at a price. */
const at = (orders: ReadonlyArray<NaiveOrder>, price: number) => {
  const bought = sum(orders.filter((order) => sideOf(order.terms) === 0 && order.price >= price))
  const sold = sum(orders.filter((order) => sideOf(order.terms) === 1 && order.price <= price))
  return { price, matched: Math.min(bought, sold), surplus: Math.abs(bought - sold) }
}

/**
 * Prices worth asking: the limits, one tick beside them, one tick around the reference, and the ends of the band. At any
 * other price as much is bought and sold as at one of these that is nearer to the reference or lower.
 */
export const callCandidates = (orders: ReadonlyArray<NaiveOrder>, rules: BookRules, reference: number): Array<number> => {
  const { minimumPrice, maximumPrice, priceTick } = rules
  const below = minimumPrice + Math.floor((reference - minimumPrice) / priceTick) * priceTick
  const around = [below, ...orders.map(({ price }) => price)].flatMap((price) => [price - priceTick, price, price + priceTick])
  return [...new Set([minimumPrice, maximumPrice, ...around])].filter((price) => price >= minimumPrice && price <= maximumPrice)
}

/**
 * The uniform price of a call, one of `prices` at least: most Wh, then least surplus, then nearest to the reference, then the lower.
 * Undefined where nothing meets.
 */
export const naiveCallPrice = (orders: ReadonlyArray<NaiveOrder>, prices: ReadonlyArray<number>, reference: number): { price: number; matched: number } | undefined => {
  const candidates = prices.map((price) => at(orders, price))
  candidates.sort((left, right) => right.matched - left.matched || left.surplus - right.surplus || Math.abs(left.price - reference) - Math.abs(right.price - reference) || left.price - right.price)
  const best = candidates[0]!
  return best.matched === 0 ? undefined : best
}

/** Pairs of the call, both sides in price-time order. */
export const naiveCallPairs = (orders: ReadonlyArray<NaiveOrder>, price: number, matched: number): Array<{ buyer: NaiveOrder; seller: NaiveOrder; quantity: number }> => {
  const buyers = orders.filter((order) => sideOf(order.terms) === 0 && order.price >= price).sort(byPriceAndTime(0))
  const sellers = orders.filter((order) => sideOf(order.terms) === 1 && order.price <= price).sort(byPriceAndTime(1))
  const open = new Map([...buyers, ...sellers].map((order) => [order, order.quantity]))
  const pairs: Array<{ buyer: NaiveOrder; seller: NaiveOrder; quantity: number }> = []
  let left = matched
  while (left > 0) {
    const buyer = buyers.find((order) => open.get(order)! > 0)!
    const seller = sellers.find((order) => open.get(order)! > 0)!
    const quantity = Math.min(left, open.get(buyer)!, open.get(seller)!)
    for (const order of [buyer, seller]) open.set(order, open.get(order)! - quantity)
    pairs.push({ buyer, seller, quantity })
    left -= quantity
  }
  return pairs
}
