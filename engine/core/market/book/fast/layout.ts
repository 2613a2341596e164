/**
 * Where things lie in the typed arrays of the fast books. An order is 32 bytes, half a cache line; a price level 16; a
 * book's head and an account a line or half of one. Slot 0 is nobody.
 */
export const NEXT = 0
export const PREVIOUS = 1
/** Wh still open. */
export const QUANTITY = 2
/** book * stride + tick. */
export const LEVEL = 3
/** account | terms << 20 | flags. */
export const WHO = 4
export const LOW = 5
export const HIGH = 6
/** Priority: a new number each time the order comes to rest. With the slot it is the order's handle. */
export const STAMP = 7

export const ACCOUNT_MASK = 0xf_ffff
export const TERMS_SHIFT = 20
export const TERMS_MASK = 0x7f
/** Not on the ladder: directed, or collected for the call. */
export const ASIDE = 1 << 27
export const DIRECTED = 1 << 28
/** Good till a time. */
export const TIMED = 1 << 29

/** Words of a book's head: best tick of each side first, so that a side is its own place. */
export const BEST_BID = 0
export const BEST_ASK = 1
export const PHASE = 2
export const ASIDE_HEAD = 3
export const ASIDE_TAIL = 4
export const DIRECTED_COUNT = 5
export const TARIFF = 6
/** Top word of the book's bitmap. */
export const TOP = 8

/** Account: words 0 and 1 are owner + 1 (0: no such account) and open orders; doubles 1-3 in nano-units follow. */
export const OWNER = 0
export const OPEN = 1
export const CREDIT = 1
export const HELD_BY_ORDERS = 2
export const HELD_BY_TRADES = 3
