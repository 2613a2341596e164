import { createHash } from "node:crypto"
import { Effect } from "effect"
import { compareBytes } from "../../core/quantity/bytes.ts"
import { Chain, type EscrowDeposit } from "../ports/driven/chain.ts"
import { Journal, type BatchRow, type MemberAmount } from "../ports/driven/journal.ts"
import { Vault } from "../ports/driven/vault.ts"
import { accountOf } from "./batch-of-run.ts"

/** A reference on chain tells nothing about the bank: a hash, hexadecimal. */
const referenceOf = (...parts: ReadonlyArray<string>): string => createHash("sha256").update(parts.join("\n")).digest("hex")

/**
 * Sees to it that escrow on chain holds, before a batch, what the journal says it holds there: deposits since the batch
 * before it are minted by the treasurer; in a new month, whose accounts are new, what the old ones hold is burned and
 * minted again. Every message has a reference, so a repeated call changes nothing. A correction of an earlier month finds
 * its money in the accounts of the newest one: months only go on.
 */
export const fundEscrow = Effect.fn("fundEscrow")(function* (area: string, { community, accountMonth, logPosition }: BatchRow) {
  const chain = yield* Chain
  const journal = yield* Journal
  const vault = yield* Vault
  const toEscrow = (amounts: ReadonlyArray<MemberAmount>, month: string): ReadonlyArray<EscrowDeposit> => {
    const sums = new Map<string, bigint>()
    for (const { member, amount } of amounts) sums.set(member, (sums.get(member) ?? 0n) + amount)
    return [...sums]
      .filter(([, amount]) => amount > 0n)
      .map(([member, amount]) => ({ account: accountOf(vault, community, member, month), amount }))
      .sort((left, right) => compareBytes(left.account, right.account))
  }
  const before = yield* journal.runBefore(area, community, logPosition)
  if (before !== undefined && before.accountMonth !== accountMonth) {
    const balances = yield* journal.balancesBefore(area, community, before.logPosition + 1)
    const carried = balances.map(({ member, escrow }) => ({ member, amount: escrow })).filter(({ amount }) => amount > 0n)
    const reference = (way: string) => referenceOf("carry", way, area, community, before.accountMonth, accountMonth)
    // The chain takes no message about nobody.
    if (carried.length > 0) {
      yield* chain.burn(community, reference("out"), toEscrow(carried, before.accountMonth))
      yield* chain.mint(community, reference("in"), toEscrow(carried, accountMonth))
    }
  }
  const from = before === undefined ? 0 : before.logPosition + 1
  const deposits = yield* journal.deposits(area, community, from, logPosition)
  if (deposits.length === 0) return
  const reference = referenceOf("deposits", area, community, ...deposits.map((deposit) => deposit.reference))
  yield* chain.mint(community, reference, toEscrow(deposits, accountMonth))
})
