import { PERIOD_SECONDS } from "../../../engine/core/calendar/period.ts"
import type { MarketRules } from "../../../engine/core/market/market-rules.ts"
import type { World } from "./world.ts"

/** The market's rules of a world file; what it leaves out: no call, a book for each period that is open, and room for a large feeder. */
export const marketRulesOf = ({ opensBeforeSeconds, collectsBeforeSeconds = 0, ...market }: World["market"]): MarketRules => ({
  maximumOpenOrders: 1_000,
  maximumDirectedOrders: 64,
  books: Math.ceil(opensBeforeSeconds / PERIOD_SECONDS) + 1,
  tradingPoints: 10_000,
  restingOrders: 200_000,
  ...market,
  opensBefore: opensBeforeSeconds,
  collectsBefore: collectsBeforeSeconds
})
