import type { Trade } from "../market/order.ts"

/** What delivery looks at in a trade. */
type Traded = Pick<Trade, "sellPoint" | "buyPoint" | "quantity">

/** What metering made of one trade, in Wh. */
export interface DeliveredTrade<T extends Traded = Trade> {
  readonly trade: T
  readonly deliveredWh: number
  /** Not injected by the seller although the buyer would have taken it. */
  readonly sellerShortfallWh: number
  /** Not withdrawn by the buyer although the seller had injected it. */
  readonly buyerExcessWh: number
}

/**
 * Decides what was delivered: trades in the order in which they were made (first in, first out) take from what the
 * seller's point injected and the buyer's point withdrew; delivered = min(traded, what both still have). What both
 * sides missed alike is void; beyond that the side that fell short answers for the difference.
 * Source of the FIFO rule: settlement on actuals, facts in docs/decisions/0006.
 * `energyAt` gives the metered Wh of a point; trades must be of one period and in trade order.
 */
export const deliverTrades = <T extends Traded>(
  trades: ReadonlyArray<T>,
  energyAt: (meteringPoint: string) => number
): { readonly delivered: ReadonlyArray<DeliveredTrade<T>>; readonly left: ReadonlyMap<string, number> } => {
  const left = new Map<string, number>()
  const leftOf = (point: string): number => left.get(point) ?? energyAt(point)
  const delivered = trades.map((trade) => {
    const injected = Math.min(trade.quantity, leftOf(trade.sellPoint))
    const withdrawn = Math.min(trade.quantity, leftOf(trade.buyPoint))
    const deliveredWh = Math.min(injected, withdrawn)
    left.set(trade.sellPoint, leftOf(trade.sellPoint) - deliveredWh)
    left.set(trade.buyPoint, leftOf(trade.buyPoint) - deliveredWh)
    return { trade, deliveredWh, sellerShortfallWh: withdrawn - deliveredWh, buyerExcessWh: injected - deliveredWh }
  })
  return { delivered, left }
}
