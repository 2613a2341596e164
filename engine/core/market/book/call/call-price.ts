/** What a call comes to: `matched` Wh at tick `tick`. */
export interface CallResult {
  readonly tick: number
  readonly matched: number
}

/** An order of the call: its limit, and the Wh it wants. */
export interface CallOrder {
  readonly tick: number
  readonly quantity: number
}

/**
 * The uniform price of a call: the tick at which most Wh are matched; among those, the least surplus; among those, the
 * nearest to the reference; of two as near, the lower. `buyers` and `sellers` come best price first. `distance` says how
 * far a tick is from the reference, `below` is the tick at or next below it. Undefined where nothing meets.
 *
 * Between two limits every tick matches as much and leaves as much: of such a stretch only its ends and what is next to
 * the reference can be the price. So the work goes by orders, not by ticks.
 */
export const callPrice = (buyers: ReadonlyArray<CallOrder>, sellers: ReadonlyArray<CallOrder>, ticks: number, distance: (tick: number) => number, below: number): CallResult | undefined => {
  let bought = buyers.reduce((sum, { quantity }) => sum + quantity, 0)
  let sold = 0
  let buyer = buyers.length - 1
  let seller = 0
  let best = -1
  let most = 0
  let least = 0
  for (let first = 0; first < ticks; ) {
    for (; buyer >= 0 && buyers[buyer]!.tick < first; buyer--) bought -= buyers[buyer]!.quantity
    for (; seller < sellers.length && sellers[seller]!.tick <= first; seller++) sold += sellers[seller]!.quantity
    const next = Math.min(ticks, buyers[buyer] === undefined ? ticks : buyers[buyer]!.tick + 1, sellers[seller]?.tick ?? ticks)
    const matched = Math.min(bought, sold)
    const surplus = Math.abs(bought - sold)
    for (const tick of [first, below, below + 1, next - 1]) {
      if (!(tick >= first && tick < next) || matched === 0) continue
      if (matched > most || (matched === most && (surplus < least || (surplus === least && distance(tick) < distance(best))))) {
        best = tick
        most = matched
        least = surplus
      }
    }
    first = next
  }
  return best === -1 ? undefined : { tick: best, matched: most }
}
