import { splitByLargestRemainder } from "../../quantity/largest-remainder.ts"

/** Products below this are exact in a double; above it the split goes by BigInt. */
const EXACT = Number.MAX_SAFE_INTEGER

/**
 * Splits Wh by largest remainder over columns: the rule of `splitByLargestRemainder` (floors, then one more to the
 * largest remainders, equal ones to the earlier place) in linear time and without objects. One Splitter serves many periods.
 */
export class Splitter {
  private remainders = new Float64Array(16)
  private ranked = new Float64Array(16)

  /**
   * Writes the parts of `total` in proportion to `weights[0..count)` into `parts[0..count)`; `sum` is the weights' sum.
   * All are non-negative integers. A sum of zero gives parts of zero, and `total` must then be zero.
   */
  split(total: number, weights: Float64Array, count: number, sum: number, parts: Float64Array): void {
    if (total === 0 || sum === 0) {
      if (total !== 0) splitByLargestRemainder(total, [0])
      parts.fill(0, 0, count)
      return
    }
    if (total === sum) {
      for (let place = 0; place < count; place++) parts[place] = weights[place]!
      return
    }
    let largest = 0
    for (let place = 0; place < count; place++) if (weights[place]! > largest) largest = weights[place]!
    if (total * largest > EXACT || sum > EXACT) parts.set(splitByLargestRemainder(total, Array.from(weights.subarray(0, count))))
    else this.splitExact(total, weights, count, sum, parts)
  }

  private splitExact(total: number, weights: Float64Array, count: number, sum: number, parts: Float64Array): void {
    if (this.remainders.length < count) {
      this.remainders = new Float64Array(2 * count)
      this.ranked = new Float64Array(2 * count)
    }
    const { remainders, ranked } = this
    let left = total
    let candidates = 0
    for (let place = 0; place < count; place++) {
      const product = total * weights[place]!
      let part = Math.floor(product / sum)
      let remainder = product - part * sum
      // The quotient of two exact doubles may round up to the next integer.
      if (remainder < 0) {
        part -= 1
        remainder += sum
      }
      parts[place] = part
      remainders[place] = remainder
      left -= part
      if (remainder > 0) ranked[candidates++] = remainder
    }
    if (left === 0) return
    const threshold = largestAt(ranked, candidates, left)
    for (let place = 0; place < count; place++) {
      if (remainders[place]! > threshold) {
        parts[place]! += 1
        left -= 1
      }
    }
    for (let place = 0; left > 0; place++) {
      if (remainders[place] !== threshold) continue
      parts[place]! += 1
      left -= 1
    }
  }
}

/** Most rounds of halving before the rest is sorted, so that no choice of weights makes a split slow. */
const ROUNDS = 64

/** The value at place `rank` (from 1) of `values[0..count)` in descending order. Reorders them. */
const largestAt = (values: Float64Array, count: number, rank: number): number => {
  let low = 0
  let high = count - 1
  const wanted = count - rank
  for (let round = 0; low < high; round++) {
    if (round === ROUNDS) {
      values.subarray(low, high + 1).sort()
      break
    }
    const pivot = values[(low + high) >> 1]!
    let from = low
    let to = high
    while (from <= to) {
      while (values[from]! < pivot) from++
      while (values[to]! > pivot) to--
      if (from > to) break
      const kept = values[from]!
      values[from++] = values[to]!
      values[to--] = kept
    }
    if (wanted <= to) high = to
    else if (wanted >= from) low = from
    else break
  }
  return values[wanted]!
}
