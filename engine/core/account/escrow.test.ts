import fc from "fast-check"
import { expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { escrowMoves } from "./escrow.ts"

const balance = (member: string, credit: bigint, escrow: bigint) => ({ member, credit, escrow })

it("where everybody can pay, what was posted moves", () => {
  const moves = escrowMoves([balance("cleo", 7n, 10n), balance("ada", 15n, 10n), balance("ben", 8n, 10n)])
  expect(moves).toEqual([{ member: "ada", amount: 5n }, { member: "ben", amount: -2n }, { member: "cleo", amount: -3n }])
})

it("Cleo owes 12 and has 10: Ada, who is owed 8, gets 7, Ben of his 4 gets 3; the deposit that comes pays the rest", () => {
  const moves = escrowMoves([balance("ada", 18n, 10n), balance("ben", 4n, 0n), balance("cleo", -2n, 10n)])
  // 10 of 12: 8 x 10/12 = 6.67 and 4 x 10/12 = 3.33, so the larger remainder is Ada's.
  expect(moves).toEqual([{ member: "ada", amount: 7n }, { member: "ben", amount: 3n }, { member: "cleo", amount: -10n }])
  const later = escrowMoves([balance("ada", 18n, 17n), balance("ben", 4n, 3n), balance("cleo", 3n, 5n)])
  expect(later).toEqual([{ member: "ada", amount: 1n }, { member: "ben", amount: 1n }, { member: "cleo", amount: -2n }])
})

it("nothing moves where nothing is owed, or where nobody who owes has anything", () => {
  expect(escrowMoves([])).toEqual([])
  expect(escrowMoves([balance("ada", 5n, 5n)])).toEqual([])
  expect(escrowMoves([balance("ada", 3n, 0n), balance("ben", -3n, 0n)])).toEqual([])
})

const amount = fc.oneof(fc.bigInt({ min: 0n, max: 9n }), fc.bigInt({ min: 0n, max: 10n ** 20n }))
const balances = fc
  .array(fc.record({ escrow: amount, owed: fc.oneof(amount, amount.map((one) => -one)) }), { maxLength: 7 })
  .map((all) => {
    const rest = all.reduce((sum, { owed }) => sum + owed, 0n)
    return [...all, { escrow: 3n, owed: -rest }].map(({ escrow, owed }, place) => balance(`m${place}`, escrow + owed, escrow))
  })

it("moves sum to zero; no escrow falls below zero, nobody gets more than is owed nor pays more than he owes; payers pay all they can", () => {
  fc.assert(
    fc.property(balances, (all) => {
      const moves = new Map(escrowMoves(all).map(({ member, amount }) => [member, amount]))
      expect([...moves.values()].reduce((sum, one) => sum + one, 0n)).toBe(0n)
      for (const { member, credit, escrow } of all) {
        const moved = moves.get(member) ?? 0n
        const owed = credit - escrow
        expect(escrow + moved >= 0n).toBe(true)
        if (owed >= 0n) expect(moved >= 0n && moved <= owed).toBe(true)
        else expect(moved).toBe(-owed < escrow ? owed : -escrow)
      }
      if (all.every(({ credit }) => credit >= 0n)) for (const { member, credit, escrow } of all) expect(escrow + (moves.get(member) ?? 0n)).toBe(credit)
    }),
    runs(500)
  )
})
