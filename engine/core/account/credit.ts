import { assertLaw } from "../quantity/invariant.ts"
import type { Account } from "./member.ts"

/** What a member may still lock, in nano-units: credit less holds less what delivered periods will cost. */
export const availableCredit = (account: Account): bigint => {
  let free = account.credit - account.held
  for (const owed of account.due.values()) free -= owed
  return free
}

/** Locks `amount` (nano) if the credit reaches; false and nothing changed if not. */
export const hold = (account: Account, amount: bigint): boolean => {
  assertLaw(amount >= 0n, "a hold is never negative")
  if (amount > availableCredit(account)) return false
  account.held += amount
  return true
}

/** Unlocks `amount` (nano). */
export const release = (account: Account, amount: bigint): void => {
  assertLaw(amount >= 0n && amount <= account.held, "no more is released than was held")
  account.held -= amount
}

/** Locks what a delivered period costs the member until the run of `settlementPeriod` is recorded. Gains lock nothing. */
export const owe = (account: Account, settlementPeriod: string, net: bigint): void => {
  if (net < 0n) account.due.set(settlementPeriod, (account.due.get(settlementPeriod) ?? 0n) - net)
}

/** The first run of `settlementPeriod` is recorded: what was owed is part of the position now. */
export const settleDue = (account: Account, settlementPeriod: string, position: bigint): void => {
  account.due.delete(settlementPeriod)
  account.credit += position
}

/** A correction of a recorded run changes credit and nothing else: its settlement period has no due any more that could be released twice. */
export const correctCredit = (account: Account, settlementPeriod: string, position: bigint): void => {
  assertLaw(!account.due.has(settlementPeriod), "what was due is part of the first version")
  account.credit += position
}
