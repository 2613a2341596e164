import { localDayOf } from "./calendar/local-day.ts"
import { isPeriodStart, PERIOD_SECONDS } from "./calendar/period.ts"
import { compareText } from "./quantity/bytes.ts"
import { owe } from "./account/credit.ts"
import { allocatePeriod, type PeriodAllocation } from "./allocation/allocate-period.ts"
import { expectedQuantity, likePeriods } from "./forecast/expected-quantity.ts"
import { checkTick } from "./grid/market-time.ts"
import { advanceBooks, beginCollecting, closeGate } from "./market/close-gate.ts"
import { unlock, type MarketContext } from "./market/market-context.ts"
import type { Trade } from "./market/order.ts"
import { placePreferences } from "./market/place-preferences.ts"
import { recordIntervalValue } from "./metering/accept-readings.ts"
import type { MeteringPoint } from "./metering/metering-point.ts"
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
 * next one; and a community's day becomes due when its last period was closed.
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
  const like = missing.length === 0 ? [] : likePeriods(state.grid.timeZone, period, period)
  for (const id of missing) substitute(id, state.metering.points.get(id)!, period, like, emit)
  const trades = state.market.undelivered.get(period) ?? []
  for (const community of communitiesOf(state)) closeForCommunity(state, community, period, trades, emit)
  const context = marketContext(state, emit)
  for (const trade of trades) releaseTrade(context!, trade)
  state.market.undelivered.delete(period)
  return true
}

/** A missing value is replaced by what was to be expected, or by zero where nothing is known. */
const substitute = (id: string, point: MeteringPoint, period: number, like: ReadonlyArray<number>, emit: Emit): void => {
  const expected = expectedQuantity(like, period, (start) => point.values.get(start)?.energyWh)
  recordIntervalValue(id, point, period, expected ?? 0, "substitute", emit)
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

/**
 * A local day is due when its last period was closed; values that no forecast will read again are forgotten. A
 * substitute stays until its meter is back: the version that replaces it must count on.
 */
const announceRuns = (state: AreaState, closedPeriod: number, emit: Emit): void => {
  const day = localDayOf(state.grid.timeZone, closedPeriod)
  if (closedPeriod + PERIOD_SECONDS !== day.end) return
  for (const community of communitiesOf(state)) {
    state.settlement.runs.set(runKey(community, day.name), { state: "due", version: 1, runId: new Uint8Array() })
    const start = Math.max(day.start, state.grid.openedAt)
    emit({ kind: "RunDue", community, settlementPeriod: day.name, version: 1, start, end: day.end })
  }
  for (const point of state.metering.points.values()) {
    for (const [period, { quality }] of point.values) if (period < day.start && quality !== "substitute") point.values.delete(period)
  }
}

