import { expect, it } from "vitest"
import { walletKey } from "../../../property-tests/arbitraries/record.ts"
import { toHex } from "../quantity/bytes.ts"
import { Invariant } from "../quantity/invariant.ts"
import { admit, deposit } from "./admit.ts"
import { chainAccount } from "./chain-account.ts"
import { availableCredit, hold, owe, release, settleDue } from "./credit.ts"
import { emptyAccounts } from "./member.ts"

const withAda = () => {
  const accounts = emptyAccounts()
  expect(admit(accounts, { kind: "AdmitMember", member: "ada", community: "sun", walletKey: walletKey("ada") })).toBe("Accepted")
  return { accounts, ada: accounts.members.get("ada")! }
}
const bank = (reference: string, amount: number, member = "ada") => ({ kind: "RecordDeposit", member, reference, amount }) as const

it("a member is admitted once, a wallet serves one member", () => {
  const { accounts } = withAda()
  const again = (member: string, key: Uint8Array) => admit(accounts, { kind: "AdmitMember", member, community: "moon", walletKey: key })
  expect(again("ada", walletKey("new"))).toBe("AlreadyDone")
  expect(again("ben", walletKey("ada"))).toBe("AlreadyDone")
  expect(again("ben", new Uint8Array(32))).toBe("OutOfBounds")
  expect(accounts.members.size).toBe(1)
})

it("a bank reference is booked once, whoever it names", () => {
  const { accounts, ada } = withAda()
  expect(deposit(accounts, bank("r1", 70))).toEqual({ status: "Accepted", credit: 70n })
  expect(deposit(accounts, bank("r1", 70)).status).toBe("AlreadyDone")
  expect(deposit(accounts, bank("r2", 0)).status).toBe("OutOfBounds")
  expect(deposit(accounts, bank("r2", 10 ** 15 + 1)).status).toBe("OutOfBounds")
  expect(deposit(accounts, bank("", 1)).status).toBe("OutOfBounds")
  expect(deposit(accounts, bank("r2", 1, "ben")).status).toBe("UnknownMember")
  expect(ada.credit).toBe(70n)
})

it("100 of credit, 60 held, 30 owed: 10 may be held, 11 may not", () => {
  const { accounts, ada } = withAda()
  deposit(accounts, bank("r1", 100))
  expect(hold(ada, 60n)).toBe(true)
  owe(ada, "2016-03-25", -30n)
  owe(ada, "2016-03-25", 500n)
  expect(availableCredit(ada)).toBe(10n)
  expect(hold(ada, 11n)).toBe(false)
  expect(hold(ada, 10n)).toBe(true)
  expect(ada.held).toBe(70n)
})

it("a recorded run turns what is owed into credit, for its own day only", () => {
  const { accounts, ada } = withAda()
  deposit(accounts, bank("r1", 100))
  owe(ada, "2016-03-25", -30n)
  owe(ada, "2016-03-26", -5n)
  settleDue(ada, "2016-03-25", -28n)
  expect([ada.credit, availableCredit(ada)]).toEqual([72n, 67n])
})

it("no more is released than was held, and holds are never negative", () => {
  const { ada } = withAda()
  expect(() => release(ada, 1n)).toThrow(Invariant)
  expect(() => hold(ada, -1n)).toThrow(Invariant)
  expect(() => release(ada, -1n)).toThrow(Invariant)
})

it("accounts on chain are 20 bytes and differ by secret, community, member and month", () => {
  const secret = new Uint8Array(32)
  const one = toHex(chainAccount(secret, "sun", "ada", "2016-03"))
  expect(one).toHaveLength(40)
  expect(toHex(chainAccount(secret, "sun", "ada", "2016-03"))).toBe(one)
  const others = [
    chainAccount(secret.slice(1), "sun", "ada", "2016-03"),
    chainAccount(secret, "moon", "ada", "2016-03"),
    chainAccount(secret, "sun", "ben", "2016-03"),
    chainAccount(secret, "suna", "da", "2016-03"),
    chainAccount(secret, "sun", "ada", "2016-04")
  ].map(toHex)
  expect(new Set([one, ...others]).size).toBe(6)
})
