export * from "./status-codes.ts"

/** Names for logs, wire formats and docs. */
export const STATUS_NAMES: Readonly<Record<number, string>> = {
  0: "Accepted",
  101: "UnknownOperation",
  102: "UnknownTerms",
  103: "UnknownAccount",
  104: "UntilPast",
  105: "CounterpartiesWrong",
  106: "AmountWrong",
  201: "BookClosed",
  202: "BookOpenAlready",
  203: "TooManyBooks",
  204: "OnlyLimitInCall",
  301: "PriceOutsideBand",
  302: "PriceOffTick",
  303: "QuantityTooSmall",
  304: "QuantityTooLarge",
  401: "DuplicateId",
  402: "UnknownOrder",
  403: "StaleHandle",
  501: "PoolFull",
  502: "StampsUsedUp",
  503: "TooManyDirected",
  601: "TooManyOpenOrders",
  602: "InsufficientCredit",
  701: "WouldTrade",
  702: "NotFillable"
}
