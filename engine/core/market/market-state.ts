import { NotCanonical } from "../quantity/canonical-reader.ts"
import { checked, list, map, optional, struct, text, unsigned, type Infer } from "../quantity/codec.ts"
import type { OpenOrder } from "./market-books.ts"
import { marketBooks } from "./market-books-codec.ts"
import { trade } from "./order.ts"

/** An order that a client sent, and until when (market time) its id is not taken again. */
const clientOrder = struct({ orderId: unsigned, forgetAt: unsigned })

const marketFields = struct({
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
export type MarketState = Infer<typeof marketFields>

/** Names a client's order: ids are 64 bits and unique at their metering point. */
export const clientOrderKey = (meteringPoint: string, clientOrderId: bigint): string => `${clientOrderId}@${meteringPoint}`
/** The metering point that such a name is of. */
export const pointOfKey = (key: string): string => key.slice(key.indexOf("@") + 1)

/** Numbers that were given lie below the next; a client's id is of an order at the same metering point, if that is open. */
const checkNumbers = ({ books, clientOrders, undelivered, nextOrder, nextTrade }: MarketState): void => {
  const open = books?.orders ?? new Map<number, OpenOrder>()
  const known = [...clientOrders].map(([key, { orderId }]) => ({ orderId, meteringPoint: pointOfKey(key) }))
  const areBelow = [...open.keys(), ...known.map(({ orderId }) => orderId)].every((orderId) => orderId < nextOrder) && [...undelivered.values()].flat().every(({ tradeId }) => tradeId < nextTrade)
  const areOwn = known.every(({ orderId, meteringPoint }) => (open.get(orderId)?.meteringPoint ?? meteringPoint) === meteringPoint)
  if (!areBelow || !areOwn || new Set(known.map(({ orderId }) => orderId)).size !== known.length) throw new NotCanonical("a snapshot of a market: numbers of orders and trades")
}

/** Books of the open delivery periods, and the trades whose delivery is still to be metered. */
export const marketState = checked(marketFields, checkNumbers)

/** A market without rules. */
export const emptyMarket = (): MarketState => ({ books: undefined, clientOrders: new Map(), undelivered: new Map(), nextDelivery: 0, nextOrder: 1, nextTrade: 1 })
