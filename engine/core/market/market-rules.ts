import { integer, kind, struct, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"
import { Invariant } from "../quantity/invariant.ts"
import { isPrice } from "../quantity/money.ts"
import type { Tariff } from "../tariff/tariff.ts"
import { assertRules, type BookRules } from "./book/rules.ts"

/** A book opens a week before its period at the earliest, in seconds: long before it nobody can say what a meter will need. */
export const EARLIEST_OPENING = 7 * 86_400

/** The rules of the area's order book: data, not code. Room is part of them, because a full book refuses orders. */
export const marketRules = struct({
  /** Price band in micro-units of currency per kWh, both ends included. */
  minimumPrice: integer,
  maximumPrice: integer,
  /** Prices are multiples of the tick. */
  priceTick: unsigned,
  /** Quantities of an order in Wh. */
  minimumQuantity: unsigned,
  maximumQuantity: unsigned,
  /** A period's book opens so many seconds before the period starts, and closes at its start. */
  opensBefore: unsigned,
  /** From so many seconds before its gate closes, a book collects orders for the call and matches nothing; 0: no call. */
  collectsBefore: unsigned,
  /** Open orders of one metering point. */
  maximumOpenOrders: unsigned,
  /** Directed orders that rest in one book: each incoming order looks at all of them. */
  maximumDirectedOrders: unsigned,
  /** Books open at a time (one for each delivery period and community), metering points that trade, resting orders. */
  books: unsigned,
  tradingPoints: unsigned,
  restingOrders: unsigned
})
export type MarketRules = Infer<typeof marketRules>

/**
 * The rules as the books take them. They name no tariff: what orders lock is the account room's, which knows credit,
 * dues and tariffs (docs/decisions/0013).
 */
export const bookRulesOf = (rules: MarketRules): BookRules => ({
  minimumPrice: rules.minimumPrice,
  maximumPrice: rules.maximumPrice,
  priceTick: rules.priceTick,
  minimumQuantity: rules.minimumQuantity,
  maximumQuantity: rules.maximumQuantity,
  maximumOpen: rules.maximumOpenOrders,
  maximumDirected: rules.maximumDirectedOrders,
  tariffs: [],
  books: rules.books,
  accounts: rules.tradingPoints,
  orders: rules.restingOrders
})

/** Whether a market can keep these rules: bands of whole ticks, quantities and room within what the books can hold. */
export const areMarketRules = (rules: MarketRules): boolean => {
  // A tick of 0 divides nothing: the rest is no number.
  if (rules.minimumPrice % rules.priceTick !== 0 || rules.opensBefore > EARLIEST_OPENING || rules.collectsBefore > rules.opensBefore) return false
  try {
    assertRules(bookRulesOf(rules))
    return true
  } catch (error) {
    if (error instanceof Invariant) return false
    throw error
  }
}

/**
 * Whether a trade at either end of the band, if it is not delivered, costs a price that a posting may carry: a shortfall
 * (residual supply - price), an excess (price - feed-in).
 */
export const isImbalancePriced = (rules: MarketRules, { residualSupplyPrice, feedInPrice }: Tariff): boolean =>
  isPrice(residualSupplyPrice - rules.minimumPrice) && isPrice(rules.maximumPrice - feedInPrice)

/** Sets the rules of the area's market. (601 had another form: numbers are not reused.) */
export const setMarketRules = kind(607, "SetMarketRules", { rules: marketRules })
export type SetMarketRules = ValueOf<typeof setMarketRules>

/** The rules are in force. (601 had another form.) */
export const marketRulesSet = kind(606, "MarketRulesSet", { rules: marketRules })
