import { release } from "../account/credit.ts"
import type { AccountState } from "../account/member.ts"
import { assertLaw } from "../quantity/invariant.ts"
import type { TariffState } from "../tariff/tariff.ts"
import { holdFor } from "./hold.ts"
import type { MarketState } from "./market-state.ts"
import type { EmitMarketEvent } from "./take-order.ts"

/** Gate closure: what still rests in the period's book leaves it, bids first, each side in price-time order, and its credit is free. */
export const closeGate = (market: MarketState, accounts: AccountState, tariffs: TariffState, period: number, emit: EmitMarketEvent): void => {
  const book = market.books.get(period)
  if (book === undefined) return
  for (const { orderId, member, community, side, price, remaining } of [...book.bids, ...book.asks]) {
    const account = accounts.members.get(member)
    const tariff = tariffs.get(community)
    assertLaw(account !== undefined && tariff !== undefined, "a resting order has an account and a tariff")
    release(account, holdFor(side, price, remaining, tariff))
    emit({ kind: "OrderClosed", orderId, remaining, reason: "GateClosed" })
  }
  market.books.delete(period)
}
