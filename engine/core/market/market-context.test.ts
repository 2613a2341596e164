import { expect, it } from "vitest"
import { lockMore, unlockMore, type MarketContext } from "./market-context.ts"

/** Ada owes more than she has: her orders were placed before that. */
const account = { credit: 0n, held: 1_000_000n, due: new Map([["2016-03-25", 500n]]) }
const context = {
  accounts: { members: new Map([["ada", account]]) },
  tariffs: new Map([["sun", { residualSupplyPrice: 250_000, feedInPrice: 60_000, sharingPrice: 120_000 }]])
} as unknown as MarketContext
const ada = { member: "ada", community: "sun", side: "buy" } as const

it("whoever has no credit left may still move an order to a price that locks no more", () => {
  for (const price of [100_000, 90_000]) expect(lockMore(context, ada, 100_000, price, 5)).toBe(true)
  unlockMore(context, ada, 90_000, 100_000, 5)
  expect(account.held).toBe(1_000_000n)
  unlockMore(context, ada, 100_000, 90_000, 5)
  // 10,000 less to pay and 10,000 less of exposure, for each of 5 Wh.
  expect(account.held).toBe(900_000n)
  expect(lockMore(context, ada, 90_000, 90_001, 5)).toBe(false)
  expect(account.held).toBe(900_000n)
})
