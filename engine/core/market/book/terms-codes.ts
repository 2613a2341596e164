/** Sides, kinds and self-trade policies of an order as small numbers: the book keeps them in bits of one word. */
export const BUY = 0
export const SELL = 1

/** Rests until the gate closes, or until its time. */
export const LIMIT = 0
/** Takes what the price band allows, the rest of it is cancelled. */
export const MARKET = 1
/** Takes what its price allows, the rest of it is cancelled. */
export const IMMEDIATE_OR_CANCEL = 2
/** Trades all of its quantity at once or is refused. */
export const FILL_OR_KILL = 3
/** Rests; refused where it would trade at once. */
export const POST_ONLY = 4

/** What happens where an order would meet one of the same beneficial owner. */
export const ALLOW = 0
export const CANCEL_NEWEST = 1
export const CANCEL_OLDEST = 2
export const CANCEL_BOTH = 3
/** Both lose the smaller of the two quantities, without a trade. */
export const DECREMENT = 4
