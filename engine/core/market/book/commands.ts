/**
 * Commands of a batch: eight 32-bit words each, decoded from envelopes beside the book.
 *
 *   w0 operation | terms << 8 | book << 16     w4 price (micro-units of currency per kWh)
 *   w1 account                                 w5 quantity (Wh)
 *   w2, w3 client order id, low and high       w6 good till (seconds, unsigned; 0: till the gate)
 *                                              w7 reserved
 */
export const COMMAND_WORDS = 8
export const PLACE = 0
export const CANCEL = 1
export const MOVE = 2
export const REDUCE = 3
