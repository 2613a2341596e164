import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { tradedPeriod } from "../../../property-tests/arbitraries/community.ts"
import { tickPrice } from "../../../property-tests/arbitraries/quantity.ts"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { tariff as anyTariff } from "../../../property-tests/arbitraries/tariff.ts"
import { allocatePeriod } from "../allocation/allocate-period.ts"
import { holdFor } from "../market/hold.ts"
import { arePositionsSound, netPositions } from "./position.ts"
import { isInEscrow, postPeriod, SUPPLIER, type Posting } from "./posting.ts"
import { statementLines } from "./statement-line.ts"

const tariff = { residualSupplyPrice: 250_000, feedInPrice: 60_000, sharingPrice: 120_000 }

/** Postings of one trade of 1,000 Wh between Ada's roof and Ben's home, as "who kind amount". */
const posted = (injectedWh: number, withdrawnWh: number, price = 100_000): Array<string> => {
  const trade = { tradeId: 1, period: 900, community: "sun", buyOrder: 1, sellOrder: 2, buyPoint: "home", sellPoint: "roof", buyer: "ben", seller: "ada", price, quantity: 1_000 }
  const allocation = allocatePeriod(
    [
      { meteringPoint: "home", member: "ben", direction: "withdrawal", energyWh: withdrawnWh },
      { meteringPoint: "roof", member: "ada", direction: "injection", energyWh: injectedWh }
    ],
    [trade]
  )
  return postPeriod(900, allocation, tariff, 1).map(({ entry, holder, kind, energyWh, amount }) => `${entry} ${kind} ${holder} ${energyWh} Wh ${amount / 1e6}`)
}

describe("by hand, in thousandths of a euro", () => {
  it("delivered in full: Ben pays 100, Ada gets 100", () => {
    expect(posted(1_000, 1_000)).toEqual(["1 market ben 1000 Wh -100", "1 market ada 1000 Wh 100"])
  })
  it("Ada delivers 600 of 1,000: she pays Ben the 15 ct by which residual supply is dearer", () => {
    expect(posted(600, 1_000)).toEqual([
      "1 market ben 600 Wh -60",
      "1 market ada 600 Wh 60",
      "2 imbalance ada 400 Wh -60",
      "2 imbalance ben 400 Wh 60",
      "3 residual-supply ben 400 Wh -100",
      "3 residual-supply supplier 400 Wh 100"
    ])
  })
  it("Ben takes 600 of 1,000: he pays Ada the 4 ct by which feed-in earns less", () => {
    expect(posted(1_000, 600)).toEqual([
      "1 market ben 600 Wh -60",
      "1 market ada 600 Wh 60",
      "2 imbalance ben 400 Wh -16",
      "2 imbalance ada 400 Wh 16",
      "3 feed-in supplier 400 Wh -24",
      "3 feed-in ada 400 Wh 24"
    ])
  })
  it("at a negative price the seller pays the buyer", () => {
    expect(posted(1_000, 1_000, -20_000)).toEqual(["1 market ben 1000 Wh 20", "1 market ada 1000 Wh -20"])
  })
  it("above residual supply a shortfall costs nothing more: the buyer is better off without", () => {
    expect(posted(0, 1_000, 300_000)).toEqual(["1 imbalance ada 1000 Wh 0", "1 imbalance ben 1000 Wh 0", "2 residual-supply ben 1000 Wh -250", "2 residual-supply supplier 1000 Wh 250"])
  })
  it("what neither did is neither charged nor paid", () => {
    expect(posted(0, 0)).toEqual([])
  })
  it("beyond the trade the key shares at the sharing price", () => {
    expect(posted(1_500, 1_200)).toEqual([
      "1 market ben 1000 Wh -100",
      "1 market ada 1000 Wh 100",
      "2 sharing ben 200 Wh -24",
      "2 sharing ada 200 Wh 24",
      "3 feed-in supplier 300 Wh -18",
      "3 feed-in ada 300 Wh 18"
    ])
  })
})

const line = (holder: string, meteringPoint: string, kind: Posting["kind"], energyWh: number, amount: number): Posting => ({ entry: 1, period: 900, kind, holder, meteringPoint, energyWh, amount })

it("a statement sums the postings of a point and kind, ordered by member, point, kind; the supplier has none", () => {
  const lines = statementLines([
    line("ben", "home", "sharing", 5, -50),
    line("ben", "home", "market", 1, -10),
    line("ben", "home", "market", 2, -20),
    line("ada", "roof", "market", 3, 30),
    line(SUPPLIER, "", "feed-in", 9, -9)
  ])
  expect(lines).toEqual([
    { member: "ada", meteringPoint: "roof", kind: "market", energyWh: 3, amount: 30n },
    { member: "ben", meteringPoint: "home", kind: "market", energyWh: 3, amount: -30n },
    { member: "ben", meteringPoint: "home", kind: "sharing", energyWh: 5, amount: -50n }
  ])
})

it("positions are what moves between members: without the supplier, without zeros, by id", () => {
  const positions = netPositions([
    line("cleo", "c", "sharing", 1, -7),
    line("ada", "a", "market", 1, 7),
    line("ben", "b", "market", 1, 3),
    line("ben", "b", "imbalance", 1, -3),
    line("ada", "a", "feed-in", 1, 100),
    line(SUPPLIER, "", "feed-in", 1, -100)
  ])
  expect(positions).toEqual([{ member: "ada", amount: 7n }, { member: "cleo", amount: -7n }])
})

const two = (amount: bigint) => [{ member: "ada", amount }, { member: "ben", amount: -amount }]

it("positions of a run are one for each member, in 64 bits, zero in sum", () => {
  expect(arePositionsSound([])).toBe(true)
  expect(arePositionsSound(two(2n ** 63n - 1n))).toBe(true)
  expect(arePositionsSound(two(2n ** 63n))).toBe(false)
  expect(arePositionsSound([...two(5n)].reverse())).toBe(false)
  expect(arePositionsSound([{ member: "ada", amount: 1n }, { member: "ada", amount: -1n }])).toBe(false)
  expect(arePositionsSound([{ member: "ada", amount: 1n }])).toBe(false)
})

it("every entry sums to zero, positions are sound, and a member's lines sum to the member's postings", () => {
  fc.assert(
    fc.property(tradedPeriod, anyTariff, ({ points, trades }, prices) => {
      const postings = postPeriod(900, allocatePeriod(points, trades), prices, 1)
      const entries = new Map<number, number>()
      for (const { entry, amount } of postings) entries.set(entry, (entries.get(entry) ?? 0) + amount)
      expect([...entries.values()].every((sum) => sum === 0)).toBe(true)
      expect([...entries.keys()]).toEqual(Array.from(entries, (_, index) => index + 1))
      const positions = netPositions(postings)
      expect(arePositionsSound(positions)).toBe(true)
      const lines = statementLines(postings)
      for (const { member, amount } of positions) {
        const sum = lines.filter((one) => one.member === member && isInEscrow(one.kind)).reduce((total, one) => total + one.amount, 0n)
        expect(sum).toBe(amount)
      }
    }),
    runs(800)
  )
})

it("the hold of an order covers whatever metering makes of its trade", () => {
  const wh = fc.nat(3_000)
  fc.assert(
    fc.property(anyTariff, tickPrice, fc.integer({ min: 1, max: 2_000 }), wh, wh, (prices, price, quantity, injectedWh, withdrawnWh) => {
      const trade = { tradeId: 1, period: 900, community: "sun", buyOrder: 1, sellOrder: 2, buyPoint: "home", sellPoint: "roof", buyer: "ben", seller: "ada", price, quantity }
      const allocation = allocatePeriod(
        [
          { meteringPoint: "home", member: "ben", direction: "withdrawal", energyWh: withdrawnWh },
          { meteringPoint: "roof", member: "ada", direction: "injection", energyWh: injectedWh }
        ],
        [trade]
      )
      const postings = postPeriod(900, allocation, prices, 1).filter(({ kind }) => kind === "market" || kind === "imbalance")
      for (const { member, amount } of netPositions(postings)) {
        expect(-amount <= holdFor(member === "ben" ? "buy" : "sell", price, quantity, prices)).toBe(true)
      }
    }),
    runs(1_000)
  )
})
