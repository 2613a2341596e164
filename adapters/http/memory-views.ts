import { Effect } from "effect"
import { type Trade, type Views, ViewsUnavailable } from "../../engine/service/ports/driven/views.ts"

/** A trade for tests. */
export const someTrade = (tradeId: number): Trade => ({
  tradeId,
  period: 1465986600,
  community: "sunny-lane",
  seller: "m-1",
  sellPoint: "I-1",
  buyer: "m-2",
  buyPoint: "W-2",
  price: 118_000,
  quantity: 80,
  marketTime: 1465985700,
  deliveredWh: null,
  sellerShortfallWh: null,
  buyerExcessWh: null
})

/** Views over a list of trades that a test may lengthen; `away` makes every question fail. */
export const memoryViews = (trades: Array<Trade>, state: { away: boolean } = { away: false }): Views["Service"] => {
  const answer = <A>(value: () => A): Effect.Effect<A, ViewsUnavailable> =>
    Effect.suspend(() => (state.away ? Effect.fail(new ViewsUnavailable({ question: "test", cause: "pulled" })) : Effect.succeed(value())))
  return {
    overview: (area, today) =>
      answer(() => ({
        area,
        marketTime: today.start,
        day: today.name,
        power: { injectedW: 4200, withdrawnW: 1550, time: null, meteringPoints: 3 },
        today: { closedPeriods: 0, injectedWh: 0, withdrawnWh: 0, tradedWh: 0, sharedWh: 0, residualSupplyWh: 0, feedInWh: 0, trades: trades.length },
        trades: trades.length
      })),
    latestTrades: (_, limit) => answer(() => trades.slice(-limit).reverse()),
    tradesAfter: (_, after, limit) => answer(() => trades.filter(({ tradeId }) => tradeId > after).slice(0, limit)),
    members: () => answer(() => [{ member: "m-1", community: "sunny-lane", meteringPoints: [{ meteringPoint: "I-1", direction: "injection" as const }] }]),
    intervals: (_, member) => answer(() => (member === "m-1" ? [] : undefined)),
    dataQuality: () => answer(() => []),
    intervalVersions: (_, meteringPoint) => answer(() => (meteringPoint === "I-1" ? [] : undefined)),
    deliveryPeriods: () => answer(() => []),
    batches: () => answer(() => []),
    batch: () => answer(() => undefined),
    runChanges: () => answer(() => undefined),
    statement: (_, member, settlementPeriod) =>
      answer(() => (member === "m-1" ? { member, community: "sunny-lane", settlementPeriod, version: 1, runId: "00", lines: [], total: "0", versions: [] } : undefined))
  }
}
