import { list, map, optional, struct, text, unsigned, type Infer } from "../quantity/codec.ts"
import { marketBooks } from "./market-books-codec.ts"
import { trade } from "./order.ts"

/** An order that a client sent, and until when (market time) its id is not taken again. */
const clientOrder = struct({ orderId: unsigned, forgetAt: unsigned })

/** Books of the open delivery periods, and the trades whose delivery is still to be metered. */
export const marketState = struct({
  /** Undefined until the market has rules: it takes no order then. */
  books: optional(marketBooks),
  /** By client order id and metering point, as `clientOrderKey` puts them. */
  clientOrders: map(text, clientOrder),
  undelivered: map(unsigned, list(trade)),
  /** First delivery period that is not closed yet; 0 before the first tick. */
  nextDelivery: unsigned,
  nextOrder: unsigned,
  nextTrade: unsigned
})
export type MarketState = Infer<typeof marketState>

/** Names a client's order: ids are 64 bits and unique at their metering point. */
export const clientOrderKey = (meteringPoint: string, clientOrderId: bigint): string => `${clientOrderId}@${meteringPoint}`

/** A market without rules. */
export const emptyMarket = (): MarketState => ({ books: undefined, clientOrders: new Map(), undelivered: new Map(), nextDelivery: 0, nextOrder: 1, nextTrade: 1 })
