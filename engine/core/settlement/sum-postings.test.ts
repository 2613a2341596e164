import { expect, it } from "vitest"
import type { Posting } from "./posting.ts"
import { postDifference, sumPostings } from "./sum-postings.ts"

const line = (entry: number, kind: Posting["kind"], holder: string, energyWh: number, amount: number, period = 900): Posting => ({ entry, period, kind, holder, meteringPoint: holder === "supplier" ? "" : `${holder}-point`, energyWh, amount })
const shown = (postings: ReadonlyArray<Posting>) => postings.map(({ entry, period, kind, holder, energyWh, amount }) => [entry, period, kind, holder, energyWh, amount].join(" "))

it("two trades of a pair are one relation, another pair is another, another period too; entries are numbered anew, by period and kind", () => {
  const postings = [
    line(1, "sharing", "ada", 5, 5, 1_800), line(1, "sharing", "ben", 5, -5, 1_800),
    line(2, "market", "ben", 10, -30), line(2, "market", "ada", 10, 30),
    line(3, "market", "cleo", 1, -4), line(3, "market", "ada", 1, 4),
    line(4, "market", "ben", 20, -80), line(4, "market", "ada", 20, 80)
  ]
  expect(shown(sumPostings([postings]))).toEqual([
    "1 900 market ben 30 -110", "1 900 market ada 30 110",
    "2 900 market cleo 1 -4", "2 900 market ada 1 4",
    "3 1800 sharing ada 5 5", "3 1800 sharing ben 5 -5"
  ])
})

it("what is shared is one relation, whoever takes part: Ben leaves it, Cleo joins, and one entry says so", () => {
  const before = [line(1, "sharing", "ada", 6, 60), line(1, "sharing", "ben", 6, -60)]
  const now = [line(1, "sharing", "ada", 4, 40), line(1, "sharing", "cleo", 4, -40)]
  expect(shown(postDifference(now, before))).toEqual(["1 900 sharing ada -2 -20", "1 900 sharing ben -6 60", "1 900 sharing cleo 4 -40"])
})

it("a shortfall and an excess of the same pair stand apart: who pays is another", () => {
  const before = [line(1, "imbalance", "ada", 3, -9), line(1, "imbalance", "ben", 3, 9)]
  const now = [line(7, "imbalance", "ben", 2, -4), line(7, "imbalance", "ada", 2, 4)]
  expect(shown(postDifference(now, before))).toEqual([
    "1 900 imbalance ada -3 9", "1 900 imbalance ben -3 -9",
    "2 900 imbalance ben 2 -4", "2 900 imbalance ada 2 4"
  ])
})

it("entries of two versions with the same number do not run together; a relation that is gone is posted back; nothing against nothing is nothing", () => {
  const one = [line(1, "feed-in", "supplier", 2, -12), line(1, "feed-in", "ada", 2, 12)]
  const other = [line(1, "residual-supply", "ben", 3, -75), line(1, "residual-supply", "supplier", 3, 75)]
  expect(shown(sumPostings([one, other]))).toEqual(["1 900 residual-supply ben 3 -75", "1 900 residual-supply supplier 3 75", "2 900 feed-in supplier 2 -12", "2 900 feed-in ada 2 12"])
  expect(shown(postDifference([], one))).toEqual(["1 900 feed-in supplier -2 12", "1 900 feed-in ada -2 -12"])
  expect(postDifference(one, one)).toEqual([])
})
