import { bigInteger, bytes, kind, map, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"

/** Admits a member to a community. No name: the vault knows who `member` is. */
export const admitMember = kind(301, "AdmitMember", {
  member: text,
  community: text,
  /** Compressed secp256k1 public key of the member's wallet, which signs preferences and orders. */
  walletKey: bytes
})
export type AdmitMember = ValueOf<typeof admitMember>

/** The member was admitted. */
export const memberAdmitted = kind(301, "MemberAdmitted", { member: text, community: text })

/** Books a bank receipt that the treasurer has proof of (design, decision 10). */
export const recordDeposit = kind(302, "RecordDeposit", {
  member: text,
  /** Reference of the bank receipt; the same reference is booked once. */
  reference: text,
  /** In nano-units of currency. */
  amount: unsigned
})
export type RecordDeposit = ValueOf<typeof recordDeposit>

/** The deposit was booked; `credit` is the member's credit after it, in nano-units. */
export const depositRecorded = kind(302, "DepositRecorded", { member: text, reference: text, amount: unsigned, credit: bigInteger })

/** A member's money as the core knows it, in nano-units. */
export const account = struct({
  community: text,
  walletKey: bytes,
  /** Deposits plus the positions of recorded runs. */
  credit: bigInteger,
  /** What the chain holds for the member once every batch so far is anchored: never below zero, equal to credit where nobody is in debt. */
  escrow: bigInteger,
  /** Locked by open orders and undelivered trades. */
  held: bigInteger,
  /** Owed for delivered periods whose run is not recorded yet, per settlement period. */
  due: map(text, bigInteger),
  /** Highest nonce that the wallet has used. */
  nonce: unsigned
})
export type Account = Infer<typeof account>

/** Accounts by member, members by wallet key (hexadecimal), and the bank references booked. */
export const accountState = struct({ members: map(text, account), wallets: map(text, text), references: map(text, text) })
export type AccountState = Infer<typeof accountState>

export const emptyAccounts = (): AccountState => ({ members: new Map(), wallets: new Map(), references: new Map() })
