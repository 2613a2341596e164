import { assertLaw } from "./invariant.ts"

/**
 * Splits `total` (a non-negative integer) in proportion to `weights` (non-negative integers) so that the parts
 * are integers, sum to `total` exactly, and none strays from its exact share by 1 or more: each gets the floor,
 * then the largest remainders get one more; equal remainders go to the earlier index (order ids before the call).
 * With all weights zero nothing can be split: `total` must be 0.
 */
export const splitByLargestRemainder = (total: number, weights: ReadonlyArray<number>): Array<number> => {
  const sum = weights.reduce((left, right) => left + BigInt(right), 0n)
  if (sum === 0n) {
    assertLaw(total === 0, "nothing to split among weights of zero")
    return weights.map(() => 0)
  }
  const parts: Array<number> = []
  const remainders: Array<{ index: number; remainder: bigint }> = []
  let given = 0
  for (const [index, weight] of weights.entries()) {
    const exact = BigInt(total) * BigInt(weight)
    const part = Number(exact / sum)
    parts.push(part)
    given += part
    remainders.push({ index, remainder: exact % sum })
  }
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (let rank = 0; given < total; rank++, given++) {
    const index = remainders[rank]!.index
    parts[index] = parts[index]! + 1
  }
  return parts
}
