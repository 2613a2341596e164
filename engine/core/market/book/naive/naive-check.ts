import { areTerms, kindOf, LIMIT, mayRest } from "../terms.ts"
import { MOST_NAMED, type BookRules } from "../rules.ts"
import * as status from "../status.ts"
import type { NaiveBook, NaiveAccount, NaiveOrder } from "./naive-state.ts"

/** What the checks of an order look at. */
export interface NaiveView {
  readonly rules: BookRules
  readonly books: ReadonlyArray<NaiveBook | undefined>
  readonly accounts: ReadonlyMap<number, NaiveAccount>
  readonly orders: ReadonlyArray<NaiveOrder>
  readonly now: number
  readonly stamps: number
}

/** Price against band and tick. */
export const checkPrice = (rules: BookRules, price: number): number => {
  if (!(price >= rules.minimumPrice && price <= rules.maximumPrice)) return status.PRICE_OUTSIDE_BAND
  // Beside 10^7 the smallest fractions are lost in the difference, so the price itself must be whole.
  return Number.isInteger(price) && (price - rules.minimumPrice) % rules.priceTick === 0 ? status.ACCEPTED : status.PRICE_OFF_TICK
}

const checkForm = (view: NaiveView, order: NaiveOrder): number => {
  if (!areTerms(order.terms)) return status.UNKNOWN_TERMS
  if (!view.accounts.has(order.account)) return status.UNKNOWN_ACCOUNT
  if (order.until !== 0 && !(Number.isSafeInteger(order.until) && order.until > view.now)) return status.UNTIL_PAST
  const areOwners = order.named.every((owner) => Number.isInteger(owner) && owner >= 0 && owner < view.rules.accounts)
  return order.named.length > MOST_NAMED || !areOwners ? status.COUNTERPARTIES_WRONG : status.ACCEPTED
}

const checkRules = ({ rules, books }: NaiveView, order: NaiveOrder): number => {
  const book = books[order.book]
  if (book === undefined) return status.BOOK_CLOSED
  if (book.collecting && kindOf(order.terms) !== LIMIT) return status.ONLY_LIMIT_IN_CALL
  const priced = checkPrice(rules, order.price)
  if (priced !== status.ACCEPTED) return priced
  if (!(order.quantity >= rules.minimumQuantity && Number.isInteger(order.quantity))) return status.QUANTITY_TOO_SMALL
  return order.quantity > rules.maximumQuantity ? status.QUANTITY_TOO_LARGE : status.ACCEPTED
}

const checkRoom = ({ rules, orders, stamps }: NaiveView, order: NaiveOrder): number => {
  const { account, low, high, book, named } = order
  if (orders.some((one) => one.account === account && one.low === low && one.high === high)) return status.DUPLICATE_ID
  if (!mayRest(order.terms)) return status.ACCEPTED
  if (orders.length >= rules.orders) return status.POOL_FULL
  if (stamps >= 0xffff_ffff) return status.STAMPS_USED_UP
  const directed = orders.filter((one) => one.book === book && one.named.length > 0).length
  if (named.length > 0 && directed >= rules.maximumDirected) return status.TOO_MANY_DIRECTED
  return orders.filter((one) => one.account === account).length >= rules.maximumOpen ? status.TOO_MANY_OPEN_ORDERS : status.ACCEPTED
}

/** The first status that refuses a new order, before credit and matching are asked. */
export const checkPlaced = (view: NaiveView, order: NaiveOrder): number => checkForm(view, order) || checkRules(view, order) || checkRoom(view, order)
