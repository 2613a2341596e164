import { toHex } from "../quantity/bytes.ts"
import { isName } from "../quantity/name.ts"
import type { AccountState, AdmitMember, RecordDeposit } from "./member.ts"

/** Largest deposit, in nano-units: 10^6 units of currency. */
const MAX_DEPOSIT = 1_000_000_000_000_000

/** Opens the member's account. */
export const admit = (accounts: AccountState, { member, community, walletKey }: AdmitMember): "Accepted" | "AlreadyDone" | "OutOfBounds" => {
  if (!isName(member) || walletKey.length !== 33) return "OutOfBounds"
  const wallet = toHex(walletKey)
  if (accounts.members.has(member) || accounts.wallets.has(wallet)) return "AlreadyDone"
  accounts.members.set(member, { community, walletKey, credit: 0n, escrow: 0n, held: 0n, due: new Map(), nonce: 0 })
  accounts.wallets.set(wallet, member)
  return "Accepted"
}

/** Adds a deposit to the member's credit, once per bank reference. */
export const deposit = (
  accounts: AccountState,
  { member, reference, amount }: RecordDeposit
): { readonly status: "Accepted"; readonly credit: bigint } | { readonly status: "UnknownMember" | "AlreadyDone" | "OutOfBounds" } => {
  const account = accounts.members.get(member)
  if (account === undefined) return { status: "UnknownMember" }
  if (accounts.references.has(reference)) return { status: "AlreadyDone" }
  if (!isName(reference) || amount === 0 || amount > MAX_DEPOSIT) return { status: "OutOfBounds" }
  accounts.references.set(reference, member)
  account.credit += BigInt(amount)
  account.escrow += BigInt(amount)
  return { status: "Accepted", credit: account.credit }
}
