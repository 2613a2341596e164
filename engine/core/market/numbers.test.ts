import { expect, it } from "vitest"
import { decode, encode, type Codec } from "../quantity/codec.ts"
import { closeReason, orderKind, orderStatus, selfTrade, side } from "./order.ts"
import { orderStatusOf } from "./order-status.ts"

/** Names by their numbers, as docs/guides/order-book.md gives them: what was written once must be read for ever. */
const STATUSES = [
  "MarketClosed", "PriceOutsideBand", "PriceOffTick", "QuantityTooSmall", "QuantityTooLarge", "InsufficientCredit", "UnknownOperation", "UnknownTerms",
  "UnknownAccount", "UntilPast", "CounterpartiesWrong", "AmountWrong", "BookOpenAlready", "TooManyBooks", "OnlyLimitInCall", "DuplicateId", "UnknownOrder",
  "StaleHandle", "PoolFull", "StampsUsedUp", "TooManyDirected", "TooManyOpenOrders", "WouldTrade", "NotFillable", "TooManyClientIds"
] as const

it.each<[string, Codec<string>, ReadonlyArray<string>]>([
  ["statuses", orderStatus as Codec<string>, STATUSES],
  ["reasons", closeReason as Codec<string>, ["Filled", "GateClosed", "SelfTrade", "Cancelled", "AtOnceOnly", "TimeOver"]],
  ["kinds of orders", orderKind as Codec<string>, ["limit", "market", "immediate-or-cancel", "fill-or-kill", "post-only"]],
  ["policies", selfTrade as Codec<string>, ["cancel-newest", "cancel-oldest", "cancel-both", "decrement"]],
  ["sides", side as Codec<string>, ["buy", "sell"]]
])("%s have the numbers they had", (_, codec, names) => {
  for (const [number, name] of names.entries()) expect([[...encode(codec, name)], decode(codec, Uint8Array.of(number))]).toEqual([[number], name])
  expect(() => decode(codec, Uint8Array.of(names.length))).toThrow("unknown choice")
})

it("the books' numbers have these names in the log; a closed book is a closed market", () => {
  const numbers = [0, 101, 102, 103, 104, 105, 106, 201, 202, 203, 204, 301, 302, 303, 304, 401, 402, 403, 501, 502, 503, 601, 602, 701, 702]
  expect(numbers.map(orderStatusOf)).toEqual([
    "Accepted", "UnknownOperation", "UnknownTerms", "UnknownAccount", "UntilPast", "CounterpartiesWrong", "AmountWrong", "MarketClosed", "BookOpenAlready",
    "TooManyBooks", "OnlyLimitInCall", "PriceOutsideBand", "PriceOffTick", "QuantityTooSmall", "QuantityTooLarge", "DuplicateId", "UnknownOrder", "StaleHandle",
    "PoolFull", "StampsUsedUp", "TooManyDirected", "TooManyOpenOrders", "InsufficientCredit", "WouldTrade", "NotFillable"
  ])
})
