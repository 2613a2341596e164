import { kind, text, unsigned } from "../quantity/codec.ts"

/** Metering decided a trade: delivered Wh, and who fell short by how much. */
export const tradeDelivered = kind(701, "TradeDelivered", {
  tradeId: unsigned,
  deliveredWh: unsigned,
  sellerShortfallWh: unsigned,
  buyerExcessWh: unsigned
})

/** A delivery period is closed for a community; the sums are a preview by the run's own allocation and post nothing. */
export const deliveryClosed = kind(702, "DeliveryClosed", {
  community: text,
  period: unsigned,
  injectedWh: unsigned,
  withdrawnWh: unsigned,
  tradedWh: unsigned,
  sharedWh: unsigned
})
