/**
 * What became of a command. Numbers are stable and grouped by the stage that refuses, in the order in which the stages
 * are asked: a command is refused by the first, and a refused command changes nothing but the state hash.
 */
export const ACCEPTED = 0

/** 1xx, the command itself. */
export const UNKNOWN_OPERATION = 101
export const UNKNOWN_TERMS = 102
/** No such account, or a number beyond the account table. */
export const UNKNOWN_ACCOUNT = 103
/** Good till a time that has come already, or that is no whole number of seconds. */
export const UNTIL_PAST = 104
/** More than eight named counterparties, or one that is no owner. */
export const COUNTERPARTIES_WRONG = 105
/** Credit or a release that is no exact number, or beyond what is held. */
export const AMOUNT_WRONG = 106

/** 2xx, the book. */
export const BOOK_CLOSED = 201
export const BOOK_OPEN_ALREADY = 202
export const TOO_MANY_BOOKS = 203
/** While orders are collected for the call, only limit orders are taken. */
export const ONLY_LIMIT_IN_CALL = 204

/** 3xx, the market's rules. */
export const PRICE_OUTSIDE_BAND = 301
export const PRICE_OFF_TICK = 302
export const QUANTITY_TOO_SMALL = 303
export const QUANTITY_TOO_LARGE = 304

/** 4xx, identity. */
export const DUPLICATE_ID = 401
export const UNKNOWN_ORDER = 402
/** The handle's order has left the book, whoever has its place now. */
export const STALE_HANDLE = 403

/** 5xx, room. */
export const POOL_FULL = 501
/** All 2^32 - 1 priority stamps were given. */
export const STAMPS_USED_UP = 502
export const TOO_MANY_DIRECTED = 503

/** 6xx, the account. */
export const TOO_MANY_OPEN_ORDERS = 601
export const INSUFFICIENT_CREDIT = 602

/** 7xx, matching. */
export const WOULD_TRADE = 701
export const NOT_FILLABLE = 702
