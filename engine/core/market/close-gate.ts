import { PERIOD_SECONDS } from "../calendar/period.ts"
import { assertLaw } from "../quantity/invariant.ts"
import { ACCEPTED } from "./book/status.ts"
import { forgetClientOrders } from "./client-orders.ts"
import type { MarketContext } from "./market-context.ts"
import { translate } from "./translate.ts"

/**
 * Lets books whose time has come since market time `before` collect orders for their call: from then on they match
 * nothing. Books by period, then by community.
 */
export const beginCollecting = (context: MarketContext, before: number): void => {
  const { books, now, emit } = context
  const { collectsBefore } = books.rules
  if (collectsBefore === 0 || before === 0) return
  const first = Math.floor((before + collectsBefore) / PERIOD_SECONDS + 1) * PERIOD_SECONDS
  for (let period = first; period <= now + collectsBefore; period += PERIOD_SECONDS) {
    for (const community of books.traders.homes) {
      const place = books.placeOf(period, community)
      if (place === -1) continue
      books.books.collect(place)
      emit({ kind: "CollectingBegan", period, community })
    }
  }
  books.books.log.drained()
}

/** Where among equally good prices the call settles: at the last trade of its book, else at the community's sharing price. */
export const referencePrice = ({ market, tariffs }: MarketContext, period: number, community: string): number => {
  const last = market.undelivered.get(period)?.findLast((trade) => trade.community === community)
  const tariff = tariffs.get(community)
  assertLaw(tariff !== undefined, "a community that trades has a tariff")
  return last?.price ?? tariff.sharingPrice
}

/**
 * Gate closure of a period: the call of what was collected, at one price for each community; then what still rests
 * leaves its book, bids first, each side in price-time order, and its credit is free. Client order ids whose time is
 * over are forgotten.
 */
export const closeGate = (context: MarketContext, period: number): void => {
  const { market, books, now } = context
  for (const community of books.traders.homes) {
    const place = books.placeOf(period, community)
    if (place === -1) continue
    books.books.close(place, referencePrice(context, period, community))
    translate(context, { closing: { period, community } })
  }
  forgetClientOrders(market, now)
}

/** Market time moved: orders that were good till now leave their books. */
export const advanceBooks = (context: MarketContext): void => {
  assertLaw(context.books.books.advance(context.now) === ACCEPTED, "market time of the books only moves on")
  translate(context)
}
