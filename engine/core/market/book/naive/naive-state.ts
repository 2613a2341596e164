/** What the naive books remember: plain objects in plain arrays, and nothing that could be counted from them but what accounts hold. */
export interface NaiveOrder {
  readonly book: number
  readonly account: number
  readonly low: number
  readonly high: number
  readonly terms: number
  price: number
  /** Wh still open. */
  quantity: number
  /** Larger is later. Given anew when the order is moved. */
  stamp: number
  readonly until: number
  readonly named: ReadonlyArray<number>
  /** Came while its book collected for the call. Of a directed order, which takes no part in it, nobody asks. */
  readonly collected: boolean
}

export interface NaiveBook {
  readonly key: number
  readonly tariff: number
  collecting: boolean
}

export interface NaiveAccount {
  owner: number
  credit: number
  held: number
}

/** By client order id of one account: the high half first, as unsigned numbers. */
export const byAccountAndId = (left: NaiveOrder, right: NaiveOrder): number =>
  left.account - right.account || (left.high >>> 0) - (right.high >>> 0) || (left.low >>> 0) - (right.low >>> 0)

/** Best price for the other side first, then first come. */
export const byPriceAndTime = (side: number) => (left: NaiveOrder, right: NaiveOrder): number =>
  (side === 0 ? right.price - left.price : left.price - right.price) || left.stamp - right.stamp
