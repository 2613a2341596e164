import { compareText } from "../quantity/bytes.ts"
import { assertLaw } from "../quantity/invariant.ts"
import { bigInteger, list, struct, text, type Infer } from "../quantity/codec.ts"
import { isInEscrow, type Posting } from "./posting.ts"

/** What a run moves in a member's escrow, in nano-units: the member's market, imbalance and sharing postings summed. */
export const position = struct({ member: text, amount: bigInteger })
export type Position = Infer<typeof position>
export const positions = list(position)

/** Largest magnitude of a position: an int64 on chain. */
const MAX_POSITION = 2n ** 63n - 1n

/** Whether positions are as `netPositions` gives them and the chain takes them: one for each member, in 64 bits, zero in sum. */
export const arePositionsSound = (candidates: ReadonlyArray<Position>): boolean =>
  candidates.every(({ member, amount }, index) => amount <= MAX_POSITION && amount >= -MAX_POSITION && (index === 0 || candidates[index - 1]!.member < member)) &&
  candidates.reduce((sum, { amount }) => sum + amount, 0n) === 0n

/** Net positions by member, ordered by id; members without any are left out. They sum to zero. */
export const netPositions = (postings: ReadonlyArray<Posting>): Array<Position> => {
  const net = new Map<string, bigint>()
  for (const { kind, holder, amount } of postings) {
    if (isInEscrow(kind)) net.set(holder, (net.get(holder) ?? 0n) + BigInt(amount))
  }
  const result = [...net].map(([member, amount]) => ({ member, amount })).filter(({ amount }) => amount !== 0n)
  assertLaw(result.reduce((sum, { amount }) => sum + amount, 0n) === 0n, "positions sum to zero")
  return result.sort((left, right) => compareText(left.member, right.member))
}
