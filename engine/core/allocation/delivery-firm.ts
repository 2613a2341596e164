/** A firm trade after metering: what the seller's point still had injected and the buyer's point still withdrew for it, in Wh. */
export interface FirmTrade<T> {
  readonly trade: T
  readonly injectedWh: number
  readonly withdrawnWh: number
}

/**
 * Trades that stay firm whatever is metered, first in first out: each side brings up to the traded quantity from its own
 * point, and answers alone, to its balance group, for what is missing. Source: imbalance settlement at one national price
 * (Regulation (EU) 2017/2195, Articles 52-55). `energyAt` gives the metered Wh of a point.
 */
export const deliverFirm = <T extends { readonly sellPoint: string; readonly buyPoint: string; readonly quantity: number }>(
  trades: ReadonlyArray<T>,
  energyAt: (meteringPoint: string) => number
): { readonly delivered: ReadonlyArray<FirmTrade<T>>; readonly left: ReadonlyMap<string, number> } => {
  const left = new Map<string, number>()
  const take = (point: string, quantity: number): number => {
    const open = left.get(point) ?? energyAt(point)
    const taken = Math.min(open, quantity)
    left.set(point, open - taken)
    return taken
  }
  const delivered = trades.map((trade) => ({ trade, injectedWh: take(trade.sellPoint, trade.quantity), withdrawnWh: take(trade.buyPoint, trade.quantity) }))
  return { delivered, left }
}
