import { sha256 } from "@noble/hashes/sha2.js"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { dayInputs, shortInputs } from "../../property-tests/arbitraries/community.ts"
import { runs } from "../../property-tests/arbitraries/runs.ts"
import { decode, encode } from "./quantity/codec.ts"
import { toHex } from "./quantity/bytes.ts"
import { Invariant } from "./quantity/invariant.ts"
import type { Trade } from "./market/order.ts"
import { runInputs, type RunInputs } from "./settlement/run-inputs.ts"
import { verifyMerkleProof } from "./proof/merkle.ts"
import { lineLeaf, proveLine, runRoot, saltName } from "./proof/run-tree.ts"
import type { StatementLine } from "./settlement/statement-line.ts"
import type { Run } from "./settlement/run.ts"
import { settle } from "./settle.ts"

const values = (...energies: ReadonlyArray<number>) => energies.map((energyWh) => ({ energyWh, quality: "measured" as const, version: 1 }))
const trade = (tradeId: number, period: number, quantity: number, price: number): Trade => {
  const sides = { buyPoint: "home", sellPoint: "roof", buyer: "ben", seller: "ada" }
  return { tradeId, period, community: "sun", buyOrder: 2 * tradeId, sellOrder: 2 * tradeId + 1, ...sides, price, quantity }
}

/** Two members, two periods: a trade delivered in part, then nothing but sharing. */
const tinyDay: RunInputs = {
  area: "area",
  community: "sun",
  settlementPeriod: "2016-03-25",
  version: 1,
  logPosition: 41,
  tariff: { residualSupplyPrice: 250_000, feedInPrice: 60_000, sharingPrice: 120_000 },
  periods: [900, 1_800],
  points: [
    { meteringPoint: "home", member: "ben", direction: "withdrawal", values: values(800, 100) },
    { meteringPoint: "roof", member: "ada", direction: "injection", values: values(500, 300) }
  ],
  trades: [trade(1, 900, 600, 100_000)],
  previous: undefined
}

describe("a tiny day by hand", () => {
  const run = settle(tinyDay)
  it("posts: 500 Wh at 10 ct, 100 Wh short at 15 ct, 300 Wh residual; then 100 Wh shared, 200 Wh fed in", () => {
    expect(run.postings.map(({ entry, period, kind, holder, energyWh, amount }) => [entry, period, kind, holder, energyWh, amount])).toEqual([
      [1, 900, "market", "ben", 500, -50_000_000],
      [1, 900, "market", "ada", 500, 50_000_000],
      [2, 900, "imbalance", "ada", 100, -15_000_000],
      [2, 900, "imbalance", "ben", 100, 15_000_000],
      [3, 900, "residual-supply", "ben", 300, -75_000_000],
      [3, 900, "residual-supply", "supplier", 300, 75_000_000],
      [4, 1_800, "sharing", "ben", 100, -12_000_000],
      [4, 1_800, "sharing", "ada", 100, 12_000_000],
      [5, 1_800, "feed-in", "supplier", 200, -12_000_000],
      [5, 1_800, "feed-in", "ada", 200, 12_000_000]
    ])
  })
  it("moves 47 thousandths from Ben to Ada", () => {
    expect(run.positions).toEqual([{ member: "ada", amount: 47_000_000n }, { member: "ben", amount: -47_000_000n }])
  })
  it("has four statement lines for each", () => {
    expect(run.lines.map(({ member, kind, energyWh, amount }) => `${member} ${kind} ${energyWh} ${amount}`)).toEqual([
      "ada feed-in 200 12000000",
      "ada imbalance 100 -15000000",
      "ada market 500 50000000",
      "ada sharing 100 12000000",
      "ben imbalance 100 15000000",
      "ben market 500 -50000000",
      "ben residual-supply 300 -75000000",
      "ben sharing 100 -12000000"
    ])
  })
  it("tells everybody the sums, and no number of members below five", () => {
    expect(run.publicRows).toEqual([
      { community: "sun", period: 900, injectedWh: 500, withdrawnWh: 800, sharedWh: 0, tradedWh: 500, lastPrice: 100_000, members: undefined },
      { community: "sun", period: 1_800, injectedWh: 300, withdrawnWh: 100, sharedWh: 100, tradedWh: 0, lastPrice: undefined, members: undefined }
    ])
  })
})

it("five members are a crowd", () => {
  const points = [1, 2, 3, 4, 5].map((place) => ({ meteringPoint: `p${place}`, member: `m${place}`, direction: "withdrawal" as const, values: values(0, 0) }))
  expect(settle({ ...tinyDay, points, trades: [] }).publicRows.map(({ members }) => members)).toEqual([5, 5])
})

it("inputs that do not belong together are refused, not settled in part", () => {
  expect(() => settle({ ...tinyDay, trades: [trade(1, 2_700, 1, 1)] })).toThrow(Invariant)
  expect(() => settle({ ...tinyDay, periods: [900, 1_800, 2_700] })).toThrow(Invariant)
})

const hashes = ({ resultHash, inputsHash, runId }: Run) => [resultHash, inputsHash, runId].map(toHex)
const changed = (inputs: RunInputs) => hashes(settle(inputs)).map((hash, index) => hash !== hashes(settle(tinyDay))[index])

describe("hashes", () => {
  it("one Wh more changes result, inputs and run", () => {
    const [home, roof] = tinyDay.points
    expect(changed({ ...tinyDay, points: [{ ...home!, values: values(801, 100) }, roof!] })).toEqual([true, true, true])
  })
  it("one micro-unit of price changes them", () => {
    expect(changed({ ...tinyDay, tariff: { ...tinyDay.tariff, sharingPrice: 120_001 } })).toEqual([true, true, true])
    expect(changed({ ...tinyDay, trades: [trade(1, 900, 600, 100_001)] })).toEqual([true, true, true])
  })
  it("two trades in the other order change them, for the first in is the first out", () => {
    const one = { ...tinyDay, trades: [trade(1, 900, 400, 100_000), trade(2, 900, 400, 110_000)] }
    const other = { ...tinyDay, trades: one.trades.toReversed() }
    expect(hashes(settle(one)).every((hash, index) => hash !== hashes(settle(other))[index])).toBe(true)
  })
  it("another position in the log is another input set, though the result is the same", () => {
    expect(changed({ ...tinyDay, logPosition: 42 })).toEqual([false, true, true])
  })
})

const conserves = (inputs: RunInputs): void => {
  const run = settle(inputs)
  const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((left, right) => left + right, 0n)
  expect(sum(run.postings.map(({ amount }) => BigInt(amount)))).toBe(0n)
  expect(sum(run.positions.map(({ amount }) => amount))).toBe(0n)
  expect(run.publicRows.map(({ period }) => period)).toEqual(inputs.periods)
  for (const [index, row] of run.publicRows.entries()) {
    const metered = (direction: string) => inputs.points.filter((point) => point.direction === direction).reduce((total, point) => total + point.values[index]!.energyWh, 0)
    expect([row.injectedWh, row.withdrawnWh]).toEqual([metered("injection"), metered("withdrawal")])
    expect(row.tradedWh + row.sharedWh).toBe(Math.min(row.injectedWh, row.withdrawnWh, row.tradedWh + row.sharedWh))
  }
  const entries = run.postings.map(({ entry }) => entry)
  expect(entries.every((entry, index) => index === 0 || entry === entries[index - 1] || entry === entries[index - 1]! + 1)).toBe(true)
}

it("conserves Wh and money over whole days of 92, 96 and 100 periods", () => {
  fc.assert(fc.property(dayInputs, conserves), runs(40))
})

it("conserves Wh and money over many short periods", () => {
  fc.assert(fc.property(shortInputs, conserves), runs(500))
})

it("depends on nothing but its inputs: twice, from copied and from decoded inputs, with another run between", () => {
  fc.assert(
    fc.property(shortInputs, shortInputs, (inputs, others) => {
      const before = toHex(encode(runInputs, inputs))
      const first = settle(inputs)
      settle(others)
      expect(settle(structuredClone(inputs))).toEqual(first)
      expect(hashes(settle(decode(runInputs, encode(runInputs, inputs))))).toEqual(hashes(first))
      expect(toHex(encode(runInputs, inputs))).toBe(before)
    }),
    runs(200)
  )
})

it("one Wh anywhere is another result", () => {
  fc.assert(
    fc.property(shortInputs, fc.nat(), fc.nat(), (inputs, place, index) => {
      fc.pre(inputs.points.length > 0)
      const more = structuredClone(inputs)
      more.points[place % more.points.length]!.values[index % more.periods.length]!.energyWh += 1
      expect(toHex(settle(more).resultHash)).not.toBe(toHex(settle(inputs).resultHash))
    }),
    runs(300)
  )
})

const saltOf = (line: StatementLine): Uint8Array => sha256(saltName(new Uint8Array(), line))

it("every line of a run, with its salt, leads to the run's root; one nano more does not", () => {
  fc.assert(
    fc.property(dayInputs, (inputs) => {
      const run = settle(inputs)
      const root = runRoot(run, saltOf)
      for (const [index, line] of run.lines.entries()) {
        const proof = proveLine(run, saltOf, index)
        expect(verifyMerkleProof(root, lineLeaf(run.runId, saltOf(line), line), proof)).toBe(true)
        expect(verifyMerkleProof(root, lineLeaf(run.runId, saltOf(line), { ...line, amount: line.amount + 1n }), proof)).toBe(false)
        expect(verifyMerkleProof(root, lineLeaf(run.runId, new Uint8Array(32), line), proof)).toBe(false)
        expect(verifyMerkleProof(root, lineLeaf(new Uint8Array(32), saltOf(line), line), proof)).toBe(false)
      }
    }),
    runs(8)
  )
})
