import { assertLaw } from "./invariant.ts"

/**
 * Splits `total` (a non-negative integer) in proportion to `weights` (non-negative integers) so that the parts
 * are integers, sum to `total` exactly, and none strays from its exact share by 1 or more: each gets the floor,
 * then the largest remainders get one more; equal remainders go to the earlier index (order ids before the call).
 * With all weights zero nothing can be split: `total` must be 0.
 */
export const splitByLargestRemainder = (total: number, weights: ReadonlyArray<number>): Array<number> => splitExactly(BigInt(total), weights.map(BigInt)).map(Number)

/** As {@link splitByLargestRemainder}, for integers of any size. */
export const splitExactly = (total: bigint, weights: ReadonlyArray<bigint>): Array<bigint> => {
  const sum = weights.reduce((left, right) => left + right, 0n)
  if (sum === 0n) {
    assertLaw(total === 0n, "nothing to split among weights of zero")
    return weights.map(() => 0n)
  }
  const parts: Array<bigint> = []
  const remainders: Array<{ index: number; remainder: bigint }> = []
  let given = 0n
  for (const [index, weight] of weights.entries()) {
    const exact = total * weight
    const part = exact / sum
    parts.push(part)
    given += part
    remainders.push({ index, remainder: exact % sum })
  }
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (let rank = 0; given < total; rank++, given++) {
    const index = remainders[rank]!.index
    parts[index] = parts[index]! + 1n
  }
  return parts
}
