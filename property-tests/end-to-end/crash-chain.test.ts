import { afterAll, expect, it } from "vitest"
import { findingsAfterCrash } from "./harness/after-crash.ts"
import { lookIntoChain } from "./harness/chain-inside.ts"
import { killAt, livingParts, removeVillages, village } from "./harness/village.ts"

afterAll(removeVillages)

/** Two local days, the second of 23 hours: two batches. */
const periods = 188

it("kill -9 before and after broadcast: every batch is anchored once, and escrow on chain is the journal's", async () => {
  const undisturbed = (await village("without-chain", { periods }).finish()).outcomeHash
  const one = village("crash-chain", { periods, chain: true })
  await killAt(one, "before-broadcast", 1)
  const parts = livingParts(one.data)
  expect(parts.map(({ part }) => part)).toEqual(["postgres", "chain"])
  // The first batch again, now sent: its fate is unknown to whoever comes next.
  await killAt(one, "after-broadcast", 1)
  expect(livingParts(one.data)).toEqual(parts)
  // The second batch, or the first where its block was not made in time.
  await killAt(one, "before-broadcast", 1)
  await killAt(one, "after-broadcast", 1)
  expect(livingParts(one.data)).toEqual(parts)
  expect(await findingsAfterCrash(one, undisturbed)).toEqual([])
  expect(await one.finish()).toMatchObject({ outcomeHash: undisturbed, chain: "running", batches: 2, anchored: 2, energyErrorWh: 0, moneyError: 0 })
  const { settled, escrow, journaled } = await lookIntoChain(one)
  expect(settled).toEqual(["2016-03-26/1", "2016-03-27/1"])
  expect(Object.keys(escrow).length).toBe(7)
  expect(escrow).toEqual(journaled)
})
