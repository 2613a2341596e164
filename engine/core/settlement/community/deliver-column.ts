import { deliverFirm } from "../../allocation/delivery-firm.ts"
import { deliverTrades } from "../../allocation/delivery.ts"
import { assertLaw } from "../../quantity/invariant.ts"
import { readyPrice, type SeriesAt } from "../../tariff/price-rule.ts"
import type { SettledTrade } from "./community-inputs.ts"
import { balanceGroupHolder, type EntryName, type Ledger } from "./ledger.ts"
import type { ImbalanceRule } from "./rule-set.ts"
import type { Segment, SegmentPoint } from "./segment.ts"

/** What a trade costs when it is not delivered whole: at least nothing, so that nobody gains by missing a trade. */
const atLeastNothing = (price: number): number => Math.max(0, price)

/** Delivers the trades of one period: takes their Wh out of `openWh` into `tradedWh` and posts what they cost. */
export type DeliverPeriod = (trades: ReadonlyArray<SettledTrade>, time: number, openWh: Float64Array, tradedWh: Float64Array) => number

interface Surroundings {
  readonly zone: string
  readonly seriesAt: SeriesAt
  readonly ledger: Ledger
}

/** Makes the delivery of trades ready for a segment; the points are looked up by name. */
export const makeDelivery = (segment: Segment, rule: ImbalanceRule, { zone, seriesAt, ledger }: Surroundings): DeliverPeriod => {
  const placeOf = new Map(segment.points.map(({ rule: { meteringPoint } }, place) => [meteringPoint, place]))
  const span = { from: segment.days[0]!.name, until: segment.days.at(-1)!.name }
  const pointAt = (name: string): SegmentPoint => segment.points[placeOf.get(name)!]!
  const post = (name: EntryName, energyWh: number, price: number): void => ledger.post(name, 0, { ...span, price, energyWh, amount: BigInt(energyWh) * BigInt(price) })
  const market = ({ buyPoint, sellPoint }: SettledTrade): EntryName => ({
    kind: "market",
    label: "market",
    payer: pointAt(buyPoint).member,
    payee: pointAt(sellPoint).member,
    payerPoint: buyPoint,
    payeePoint: sellPoint
  })
  const imbalance = (payer: string, payee: string): EntryName => ({ kind: "imbalance", label: "imbalance", payer: pointAt(payer).member, payee: pointAt(payee).member, payerPoint: payer, payeePoint: payee })
  const take = (left: ReadonlyMap<string, number>, openWh: Float64Array, tradedWh: Float64Array): void => {
    for (const [name, wh] of left) {
      const place = placeOf.get(name)!
      tradedWh[place] = openWh[place]! - wh
      openWh[place] = wh
    }
  }
  const energyIn = (openWh: Float64Array) => (name: string) => openWh[placeOf.get(name)!]!

  if (rule.kind === "two-price") {
    const [short, long] = [readyPrice(rule.shortPrice, zone, seriesAt), readyPrice(rule.longPrice, zone, seriesAt)]
    return (trades, time, openWh, tradedWh) => {
      const { delivered, left } = deliverTrades(trades, energyIn(openWh))
      let traded = 0
      for (const { trade, deliveredWh, sellerShortfallWh, buyerExcessWh } of delivered) {
        traded += deliveredWh
        post(market(trade), deliveredWh, trade.price)
        if (sellerShortfallWh > 0) post(imbalance(trade.sellPoint, trade.buyPoint), sellerShortfallWh, atLeastNothing(short.at(time) - trade.price))
        if (buyerExcessWh > 0) post(imbalance(trade.buyPoint, trade.sellPoint), buyerExcessWh, atLeastNothing(trade.price - long.at(time)))
      }
      take(left, openWh, tradedWh)
      return traded
    }
  }
  const single = readyPrice(rule.price, zone, seriesAt)
  const toGroup = (name: string, isShort: boolean): EntryName => {
    const point = pointAt(name)
    const group = balanceGroupHolder(point.rule.balanceGroup ?? "default")
    const rest = { kind: "imbalance", label: "single price" } as const
    return isShort ? { ...rest, payer: point.member, payee: group, payerPoint: name, payeePoint: "" } : { ...rest, payer: group, payee: point.member, payerPoint: "", payeePoint: name }
  }
  return (trades, time, openWh, tradedWh) => {
    const { delivered, left } = deliverFirm(trades, energyIn(openWh))
    let traded = 0
    for (const { trade, injectedWh, withdrawnWh } of delivered) {
      assertLaw(injectedWh <= trade.quantity && withdrawnWh <= trade.quantity, "a trade takes no more than its quantity")
      traded += withdrawnWh
      post(market(trade), trade.quantity, trade.price)
      if (injectedWh < trade.quantity) post(toGroup(trade.sellPoint, true), trade.quantity - injectedWh, single.at(time))
      if (withdrawnWh < trade.quantity) post(toGroup(trade.buyPoint, false), trade.quantity - withdrawnWh, single.at(time))
    }
    take(left, openWh, tradedWh)
    return traded
  }
}
