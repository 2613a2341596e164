import { hold, release } from "../account/credit.ts"
import type { Account, AccountState } from "../account/member.ts"
import { assertLaw } from "../quantity/invariant.ts"
import type { TariffState } from "../tariff/tariff.ts"
import { holdFor } from "./hold.ts"
import type { MarketBooks } from "./market-books.ts"
import type { MarketState } from "./market-state.ts"
import type { EmitMarketEvent, Side } from "./order.ts"

/** What the market works on: its own state, the accounts whose credit it locks, the tariffs that say how much. */
export interface MarketContext {
  readonly market: MarketState
  readonly books: MarketBooks
  readonly accounts: AccountState
  readonly tariffs: TariffState
  /** Market time. */
  readonly now: number
  readonly emit: EmitMarketEvent
}

/** What a hold is for: an order or a trade of `member`, at a price. */
export interface Lock {
  readonly member: string
  readonly community: string
  readonly side: Side
}

const accountOf = ({ accounts }: MarketContext, member: string): Account => {
  const account = accounts.members.get(member)
  assertLaw(account !== undefined, "whoever trades has an account")
  return account
}

const amount = ({ tariffs }: MarketContext, { community, side }: Lock, price: number, quantity: number): bigint => {
  const tariff = tariffs.get(community)
  assertLaw(tariff !== undefined, "a community that trades has a tariff")
  return holdFor(side, price, quantity, tariff)
}

/** Locks what an order over `quantity` Wh may cost; false and nothing changed if the credit does not reach. */
export const lock = (context: MarketContext, who: Lock, price: number, quantity: number): boolean =>
  hold(accountOf(context, who.member), amount(context, who, price, quantity))

/** Unlocks what `quantity` Wh of an order or trade locked. */
export const unlock = (context: MarketContext, who: Lock, price: number, quantity: number): void =>
  release(accountOf(context, who.member), amount(context, who, price, quantity))

/** The hold of an order's traded part becomes the hold of its trade, at the trade's price. */
export const lockAsTrade = (context: MarketContext, who: Lock, orderPrice: number, tradePrice: number, quantity: number): void => {
  const kept = amount(context, who, tradePrice, quantity)
  const released = amount(context, who, orderPrice, quantity)
  assertLaw(kept <= released, "a trade never locks more than its order did")
  release(accountOf(context, who.member), released - kept)
}

/** Locks what an order may cost more at another price, if it may; false and nothing changed if the credit does not reach. */
export const lockMore = (context: MarketContext, who: Lock, from: number, to: number, quantity: number): boolean => {
  const more = amount(context, who, to, quantity) - amount(context, who, from, quantity)
  return more <= 0n || hold(accountOf(context, who.member), more)
}

/** Unlocks what an order locked more at the price where it no longer stands. */
export const unlockMore = (context: MarketContext, who: Lock, left: number, stands: number, quantity: number): void => {
  const more = amount(context, who, left, quantity) - amount(context, who, stands, quantity)
  if (more > 0n) release(accountOf(context, who.member), more)
}
