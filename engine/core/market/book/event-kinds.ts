/**
 * Events of the books: eight 32-bit words each, in a typed buffer that is drained by batch. The state hash folds the
 * words in order; w7 holds the command's number, so the fold is the same however commands were batched.
 *
 *   w0 kind | detail << 8 | book << 16     w4 price (micro-units of currency per kWh)
 *   w1 account                             w5 quantity (Wh)
 *   w2, w3 client order id, low and high   w6 what remains (Wh), or the status of a refusal
 *                                          w7 number of the command
 *
 * Who takes is said once, by Placed or Moved; the trades that follow name who rested.
 */
export const EVENT_WORDS = 8

/** Detail: the order's terms. w6: 0. */
export const PLACED = 1
/** w1-w3 name the resting order, w6 is what remains of it: at 0 it is gone. */
export const TRADED = 2
/** Detail: the reason. w5 is what was left. */
export const CLOSED = 3
/** Detail: the reason. w5 by how much, w6 what remains: at 0 it is gone. */
export const REDUCED = 4
/** w4 is the new price, w5 what was open. */
export const MOVED = 5
/** w6 is the status. */
export const REFUSED = 6
/** Follows Placed: good till w5 + 2^32 w6 seconds. */
export const GOOD_TILL = 7
/** Follows Placed: w5 is an owner who may take the directed order. */
export const NAMED = 8
/** w4, w5 the book's key (low, high), w6 its tariff. */
export const BOOK_OPENED = 9
/** w5, w6 total of the call (low, high), w4 its price. */
export const CALLED = 10
export const BOOK_CLOSED_EVENT = 11
/** The book collects orders for its call. */
export const COLLECTING = 12
/** w5, w6 market time (low, high). */
export const TIME_MOVED = 13
/** w2 owner, w5, w6 credit (low, high). */
export const ACCOUNT_SET = 14
/** w5, w6 amount (low, high). */
export const RELEASED = 15
/** w5 is the number of orders cancelled. */
export const ALL_CANCELLED = 16
/** Follows CALLED: w1-w3 name the seller's order, w4 the price, w5 Wh, w6 what remains of it; the buyer's is the last CALL_BUYER. */
export const CALL_SELLER = 17
/** w1-w3 name the buyer's order, w5 its Wh in the call, w6 what remains of it. */
export const CALL_BUYER = 18

/** Why an order was closed or reduced. */
export const BY_OWNER = 0
export const AT_ONCE_ONLY = 1
export const SELF_TRADE = 2
export const TIME_OVER = 3
export const GATE_CLOSED = 4
