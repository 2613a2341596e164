/** What a call comes to: `matched` Wh at tick `tick`. */
export interface CallResult {
  readonly tick: number
  readonly matched: number
}

/**
 * The uniform price of a call: the tick at which most Wh are matched; among those, the least surplus; among those, the
 * nearest to the reference; of two as near, the lower. `demand` and `supply` are Wh by tick (of limit prices).
 * `distance` says how far a tick is from the reference. Undefined where nothing meets.
 */
export const callPrice = (demand: Float64Array, supply: Float64Array, ticks: number, distance: (tick: number) => number): CallResult | undefined => {
  let bought = 0
  for (let tick = 0; tick < ticks; tick++) bought += demand[tick]!
  let sold = 0
  let best = -1
  let most = 0
  let least = 0
  for (let tick = 0; tick < ticks; tick++) {
    sold += supply[tick]!
    const matched = Math.min(bought, sold)
    const surplus = Math.abs(bought - sold)
    if (matched > 0 && (matched > most || (matched === most && (surplus < least || (surplus === least && distance(tick) < distance(best)))))) {
      best = tick
      most = matched
      least = surplus
    }
    bought -= demand[tick]!
  }
  return best === -1 ? undefined : { tick: best, matched: most }
}
