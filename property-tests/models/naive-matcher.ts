/**
 * A second opinion on the order book: it shares no code with engine/core and is written to be obviously right,
 * not fast. It looks through every order again for every match.
 */
export interface NaiveOrder {
  readonly orderId: number
  readonly period: number
  readonly meteringPoint: string
  readonly member: string
  readonly side: "buy" | "sell"
  readonly price: number
  readonly quantity: number
  /** Orders meet inside a community only; leave it out where there is but one. */
  readonly community?: string | undefined
}

export interface NaiveTrade {
  readonly tradeId: number
  readonly period: number
  readonly buyOrder: number
  readonly sellOrder: number
  readonly buyPoint: string
  readonly sellPoint: string
  readonly buyer: string
  readonly seller: string
  readonly price: number
  readonly quantity: number
}

interface Resting extends NaiveOrder {
  remaining: number
}

/** The resting order that an incoming one meets first: the best price for it, then the oldest. */
const firstToMeet = (incoming: NaiveOrder, resting: ReadonlyArray<Resting>): Resting | undefined => {
  let best: Resting | undefined
  for (const order of resting) {
    if (order.remaining === 0 || order.period !== incoming.period) continue
    if (order.side === incoming.side || order.community !== incoming.community) continue
    const [bid, ask] = incoming.side === "buy" ? [incoming.price, order.price] : [order.price, incoming.price]
    if (bid < ask) continue
    const better = best === undefined || (incoming.side === "buy" ? order.price < best.price : order.price > best.price)
    if (better) best = order
  }
  return best
}

/**
 * Trades of `orders`, given in the order in which they were placed, one book per period. Where an order would meet one of
 * its own member, both lose what both want (decrement), without a trade. Trades are numbered from 1.
 */
export const matchNaively = (orders: ReadonlyArray<NaiveOrder>): Array<NaiveTrade> => {
  const resting: Array<Resting> = []
  const trades: Array<NaiveTrade> = []
  for (const order of orders) {
    const incoming: Resting = { ...order, remaining: order.quantity }
    while (incoming.remaining > 0) {
      const other = firstToMeet(incoming, resting)
      if (other === undefined) break
      const quantity = Math.min(incoming.remaining, other.remaining)
      incoming.remaining -= quantity
      other.remaining -= quantity
      if (other.member === incoming.member) continue
      const [buy, sell] = incoming.side === "buy" ? [incoming, other] : [other, incoming]
      trades.push({
        tradeId: trades.length + 1,
        period: order.period,
        buyOrder: buy.orderId,
        sellOrder: sell.orderId,
        buyPoint: buy.meteringPoint,
        sellPoint: sell.meteringPoint,
        buyer: buy.member,
        seller: sell.member,
        price: other.price,
        quantity
      })
    }
    resting.push(incoming)
  }
  return trades
}

export interface NaiveEnergy {
  readonly meteringPoint: string
  readonly period: number
  readonly energyWh: number
}

/**
 * Wh that metering let pass for each trade: the oldest trade first, as much as was traded and both points still have.
 * Give one energy for each point and period; where there are several versions, the last counts. A missing one is 0.
 */
export const deliverNaively = (
  trades: ReadonlyArray<Pick<NaiveTrade, "tradeId" | "period" | "buyPoint" | "sellPoint" | "quantity">>,
  energies: ReadonlyArray<NaiveEnergy>
): Array<{ readonly tradeId: number; readonly deliveredWh: number }> => {
  const left = new Map<string, number>()
  for (const { meteringPoint, period, energyWh } of energies) left.set(`${meteringPoint}@${period}`, energyWh)
  return trades.map(({ tradeId, period, buyPoint, sellPoint, quantity }) => {
    const buyKey = `${buyPoint}@${period}`
    const sellKey = `${sellPoint}@${period}`
    const deliveredWh = Math.min(quantity, left.get(buyKey) ?? 0, left.get(sellKey) ?? 0)
    left.set(buyKey, (left.get(buyKey) ?? 0) - deliveredWh)
    left.set(sellKey, (left.get(sellKey) ?? 0) - deliveredWh)
    return { tradeId, deliveredWh }
  })
}
