import { compareText } from "../quantity/bytes.ts"
import { assertLaw } from "../quantity/invariant.ts"
import { splitExactly } from "../quantity/largest-remainder.ts"

/** A member's credit, and what of it the chain holds, in nano-units. */
export interface Balance {
  readonly member: string
  readonly credit: bigint
  readonly escrow: bigint
}

/** An amount that a batch moves in a member's escrow, in nano-units. */
export interface EscrowMove {
  readonly member: string
  readonly amount: bigint
}

/**
 * What a batch moves in escrow, once credit has changed: who owes pays as far as the own escrow reaches, who is owed
 * gets a share of what was paid, in proportion, by largest remainder; ties by id. Where everybody can pay, escrow is
 * credit afterwards. What is open stays open and is paid by a later batch (docs/decisions/0027). `balances` are of all
 * members of a community. The moves sum to zero, leave no escrow below zero, and are ordered by member.
 */
export const escrowMoves = (balances: ReadonlyArray<Balance>): Array<EscrowMove> => {
  const open = balances.map(({ member, credit, escrow }) => ({ member, escrow, owed: credit - escrow })).sort((left, right) => compareText(left.member, right.member))
  assertLaw(open.reduce((sum, { owed }) => sum + owed, 0n) === 0n, "what some owe others are owed")
  const payments = open.map(({ owed, escrow }) => (owed >= 0n ? 0n : -owed < escrow ? -owed : escrow))
  const shares = splitExactly(
    payments.reduce((sum, payment) => sum + payment, 0n),
    open.map(({ owed }) => (owed > 0n ? owed : 0n))
  )
  return open.map(({ member }, place) => ({ member, amount: shares[place]! - payments[place]! })).filter(({ amount }) => amount !== 0n)
}
