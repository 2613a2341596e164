import { localDayOf } from "./calendar/local-day.ts"
import { isPeriodStart, PERIOD_SECONDS } from "./calendar/period.ts"
import { compareText } from "./quantity/bytes.ts"
import { owe } from "./account/credit.ts"
import { allocatePeriod, type PeriodAllocation } from "./allocation/allocate-period.ts"
import { fillMissing, fillWithdrawn } from "./forecast/fill-missing.ts"
import { checkTick } from "./grid/market-time.ts"
import { advanceBooks, beginCollecting, closeGate } from "./market/close-gate.ts"
import { unlock, type MarketContext } from "./market/market-context.ts"
import type { Trade } from "./market/order.ts"
import { placePreferences } from "./market/place-preferences.ts"
import { closeDay } from "./metering/close-day.ts"
import { announceCorrections } from "./corrections.ts"
import { netPositions } from "./settlement/position.ts"
import { postPeriod } from "./settlement/posting.ts"
import { runKey } from "./settlement/record-run.ts"
import type { Event, Refusal } from "./event.ts"
import type { AreaState } from "./state.ts"

type Emit = (event: Event) => void

/** Delivery periods that a missing value may hold up before a substitute takes its place. */
const PATIENCE = 2 * PERIOD_SECONDS

/**
 * Moves market time (design, decision 3). On the start of a period: delivery periods that are complete, or late enough
 * for substitutes, are closed; the gate of the period that starts closes; every preference places its order for the
 * next one; and a community's day becomes due when its last period was closed,
 * and with it the next version of every day whose values have changed since.
 */
export const applyTick = (state: AreaState, time: number, emit: Emit): "Accepted" | Refusal => {
  const status = checkTick(state.grid, time)
  if (status !== "Accepted") return status
  if (state.grid.openedAt === 0) {
    state.grid.openedAt = time
    state.market.nextDelivery = time
  }
  const before = state.grid.marketTime
  state.grid.marketTime = time
  emit({ kind: "MarketTimeMoved", time })
  const context = marketContext(state, emit)
  if (context !== undefined) advanceBooks(context)
  if (isPeriodStart(time)) beginPeriod(state, context, time, emit)
  if (context !== undefined) beginCollecting(context, before)
  if (context !== undefined && isPeriodStart(time)) placePreferences(context, { preferences: state.preferences, metering: state.metering, timeZone: state.grid.timeZone })
  return "Accepted"
}

/** What the market works on; undefined while it has no rules. */
export const marketContext = ({ market, accounts, tariffs, grid }: AreaState, emit: Emit): MarketContext | undefined =>
  market.books === undefined ? undefined : { market, books: market.books, accounts, tariffs, now: grid.marketTime, emit }

/** Closes what the start of a period closes: deliveries that are complete or late enough, and the period's gate. */
const beginPeriod = (state: AreaState, context: MarketContext | undefined, time: number, emit: Emit): void => {
  fillWithdrawn(state.metering, state.grid, state.market.nextDelivery, emit)
  while (state.market.nextDelivery < time && closeDelivery(state, state.market.nextDelivery, time, emit)) {
    announceRuns(state, state.market.nextDelivery, emit)
    state.market.nextDelivery += PERIOD_SECONDS
  }
  if (context !== undefined) closeGate(context, time)
}

/** Communities in the order of their names: maps restored from a snapshot have an order of their own. */
const communitiesOf = (state: AreaState): Array<string> => [...state.tariffs.keys()].sort(compareText)

/** Closes one delivery period, or returns false while values are missing and patience lasts. */
const closeDelivery = (state: AreaState, period: number, now: number, emit: Emit): boolean => {
  const missing = state.metering.order.filter((id) => !state.metering.points.get(id)!.values.has(period))
  if (missing.length > 0 && now < period + PERIOD_SECONDS + PATIENCE) return false
  for (const id of state.metering.order) {
    const point = state.metering.points.get(id)!
    if (point.values.has(period)) point.estimatedInARow = 0
    else fillMissing(id, point, state.metering, state.grid.timeZone, period, emit)
  }
  const trades = state.market.undelivered.get(period) ?? []
  for (const community of communitiesOf(state)) closeForCommunity(state, community, period, trades, emit)
  const context = marketContext(state, emit)
  for (const trade of trades) releaseTrade(context!, trade)
  state.market.undelivered.delete(period)
  return true
}

const closeForCommunity = (state: AreaState, community: string, period: number, trades: ReadonlyArray<Trade>, emit: Emit): void => {
  const metered = state.metering.order.flatMap((id) => {
    const { member, direction, values } = state.metering.points.get(id)!
    if (state.accounts.members.get(member)!.community !== community) return []
    return [{ meteringPoint: id, member, direction, energyWh: values.get(period)!.energyWh }]
  })
  const allocation = allocatePeriod(metered, trades.filter((trade) => trade.community === community))
  for (const { trade, deliveredWh, sellerShortfallWh, buyerExcessWh } of allocation.delivered) {
    emit({ kind: "TradeDelivered", tradeId: trade.tradeId, deliveredWh, sellerShortfallWh, buyerExcessWh })
  }
  const { injectedWh, withdrawnWh, tradedWh, sharedWh } = allocation
  emit({ kind: "DeliveryClosed", community, period, injectedWh, withdrawnWh, tradedWh, sharedWh })
  lockWhatIsDue(state, community, period, allocation)
}

/** What the period will cost a member stays locked until its run is recorded: credit itself changes only then. */
const lockWhatIsDue = (state: AreaState, community: string, period: number, allocation: PeriodAllocation): void => {
  const settlementPeriod = localDayOf(state.grid.timeZone, period).name
  const postings = postPeriod(period, allocation, state.tariffs.get(community)!, 1)
  for (const { member, amount } of netPositions(postings)) owe(state.accounts.members.get(member)!, settlementPeriod, amount)
}

/** What a trade locked of both sides is free. */
const releaseTrade = (context: MarketContext, { buyer, seller, price, quantity, community }: Trade): void => {
  unlock(context, { member: buyer, community, side: "buy" }, price, quantity)
  unlock(context, { member: seller, community, side: "sell" }, price, quantity)
}

/** A local day is due when its last period was closed; what metering needs of it no more is settled and forgotten. */
const announceRuns = (state: AreaState, closedPeriod: number, emit: Emit): void => {
  const day = localDayOf(state.grid.timeZone, closedPeriod)
  if (closedPeriod + PERIOD_SECONDS !== day.end) return
  for (const community of communitiesOf(state)) {
    state.settlement.runs.set(runKey(community, day.name), { state: "due", version: 1, runId: new Uint8Array(), anchored: 0, isOutdated: false })
    const start = Math.max(day.start, state.grid.openedAt)
    emit({ kind: "RunDue", community, settlementPeriod: day.name, version: 1, start, end: day.end })
  }
  state.settlement.closedUntil = day.end
  announceCorrections(state, emit)
  for (const id of state.metering.order) closeDay(id, state.metering.points.get(id)!, state.grid, day.start, day.end, emit)
}
