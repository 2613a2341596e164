import type { MarketRules } from "./market-rules.ts"
import { CANCEL_BOTH, CANCEL_NEWEST, CANCEL_OLDEST, BUY, DECREMENT, FILL_OR_KILL, IMMEDIATE_OR_CANCEL, LIMIT, MARKET, POST_ONLY, SELL, termsOf } from "./book/terms.ts"
import type { OrderKind, SelfTrade, Side } from "./order.ts"

/** An order as it comes to the market, before any check. */
export interface IncomingOrder {
  readonly period: number
  readonly meteringPoint: string
  readonly member: string
  readonly community: string
  readonly side: Side
  readonly price: number
  readonly quantity: number
  /** Undefined for an order that a preference made. */
  readonly clientOrderId: bigint | undefined
  /** Hash of the signed preference that made the order; empty for one that was sent. */
  readonly preference: Uint8Array
  readonly orderKind: OrderKind
  readonly goodTill: number
  readonly named: ReadonlyArray<string>
  readonly selfTrade: SelfTrade
}

const KINDS: Readonly<Record<OrderKind, number>> = { "limit": LIMIT, "market": MARKET, "immediate-or-cancel": IMMEDIATE_OR_CANCEL, "fill-or-kill": FILL_OR_KILL, "post-only": POST_ONLY }
const POLICIES: Readonly<Record<SelfTrade, number>> = { "cancel-newest": CANCEL_NEWEST, "cancel-oldest": CANCEL_OLDEST, "cancel-both": CANCEL_BOTH, "decrement": DECREMENT }

/** The order's terms as the books pack them. */
export const bookTermsOf = ({ side, orderKind, selfTrade }: IncomingOrder): number => termsOf(side === "buy" ? BUY : SELL, KINDS[orderKind], POLICIES[selfTrade])

/** The price that an order may come to: a market order takes all that the band allows. */
export const limitOf = ({ orderKind, side, price }: IncomingOrder, rules: MarketRules): number =>
  orderKind !== "market" ? price : side === "buy" ? rules.maximumPrice : rules.minimumPrice
