import { integer, kind, struct, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"
import { isPrice } from "../quantity/money.ts"
import type { Tariff } from "../tariff/tariff.ts"

/** The rules of the area's order book: data, not code. */
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
  opensBefore: unsigned
})
export type MarketRules = Infer<typeof marketRules>

/**
 * Whether a trade at either end of the band, if it is not delivered, costs a price that a posting may carry: a shortfall
 * (residual supply - price), an excess (price - feed-in).
 */
export const isImbalancePriced = (rules: MarketRules, { residualSupplyPrice, feedInPrice }: Tariff): boolean =>
  isPrice(residualSupplyPrice - rules.minimumPrice) && isPrice(rules.maximumPrice - feedInPrice)

/** Sets the rules of the area's market. */
export const setMarketRules = kind(601, "SetMarketRules", { rules: marketRules })
export type SetMarketRules = ValueOf<typeof setMarketRules>

/** The rules are in force. */
export const marketRulesSet = kind(601, "MarketRulesSet", { rules: marketRules })
