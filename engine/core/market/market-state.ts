import { list, map, struct, unsigned, type Infer } from "../quantity/codec.ts"
import { book } from "./book.ts"
import { marketRules } from "./market-rules.ts"
import { trade } from "./order.ts"

/** Books of the open delivery periods, and the trades whose delivery is still to be metered. */
export const marketState = struct({
  rules: marketRules,
  books: map(unsigned, book),
  undelivered: map(unsigned, list(trade)),
  /** First delivery period that is not closed yet; 0 before the first tick. */
  nextDelivery: unsigned,
  nextOrder: unsigned,
  nextTrade: unsigned
})
export type MarketState = Infer<typeof marketState>

/** A market without rules takes no order. */
export const emptyMarket = (): MarketState => ({
  rules: { minimumPrice: 0, maximumPrice: 0, priceTick: 1, minimumQuantity: 1, maximumQuantity: 0, opensBefore: 0 },
  books: new Map(),
  undelivered: new Map(),
  nextDelivery: 0,
  nextOrder: 1,
  nextTrade: 1
})
