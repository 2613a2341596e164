import { describe, expect, it } from "vitest"
import { localDayNamed } from "../../../engine/core/calendar/local-day.ts"
import { periodsBetween } from "../../../engine/core/calendar/period.ts"
import type { Trade } from "../../../engine/core/market/order.ts"
import type { IntervalValue, Quality } from "../../../engine/core/metering/metering-point.ts"
import { settle } from "../../../engine/core/settle.ts"
import type { RunInputs, RunPoint } from "../../../engine/core/settlement/run-inputs.ts"
import type { UserError } from "../user-error.ts"
import { errorOf } from "../settle/testing/lab.ts"
import { offlineFiles } from "./offline-files.ts"
import { settledDayOf, type SettledDay } from "./settled-day.ts"

const timeZone = "Europe/Vienna"
const DAY = "2016-03-26"
const { start, end } = localDayNamed(timeZone, DAY)!

const value = (energyWh: number, quality: Quality = "measured"): IntervalValue => ({ energyWh, quality, version: 1 })

/** A point whose first values are given; all others are measured zeros. */
const point = (meteringPoint: string, first: ReadonlyArray<number | IntervalValue>, change: Partial<RunPoint> = {}, periods = periodsBetween(start, end)): RunPoint => ({
  meteringPoint,
  member: meteringPoint.split("-")[0]!,
  direction: meteringPoint.endsWith("roof") ? "injection" : "withdrawal",
  values: periods.map((_, row) => (typeof first[row] === "object" ? first[row] : value(first[row] ?? 0))),
  ...change
})

const trade = (tradeId: number, quantity: number, price: number): Trade => ({ tradeId, period: start, community: "sun", buyOrder: 1, sellOrder: 2, buyPoint: "ben-home", sellPoint: "ada-roof", buyer: "ben", seller: "ada", price, quantity })

const dayOf = (points: ReadonlyArray<RunPoint>, change: Partial<RunInputs> = {}): SettledDay =>
  settledDayOf(
    settle({
      area: "area",
      community: "sun",
      settlementPeriod: DAY,
      version: 1,
      logPosition: 7,
      tariff: { residualSupplyPrice: 250_000, feedInPrice: 60_000, sharingPrice: 120_000 },
      periods: periodsBetween(start, end),
      points: [...points],
      trades: [],
      previous: undefined,
      ...change
    })
  )

const filesOf = (...days: ReadonlyArray<SettledDay>): ReadonlyMap<string, string> => offlineFiles({ days, timeZone })

const village = [point("ada-roof", [1_000, 1_000]), point("ben-home", [800, 700]), point("cleo-home", [500, 900])]

describe("the files of a day", () => {
  it("by hand: 900 Wh were traded and 800 delivered, the rest is shared and supplied, as posted.csv says", () => {
    // Ben withdraws 800 of the 500 and 400 that he bought: 100 Wh too few cost him the trade price less feed-in.
    const files = filesOf(dayOf(village, { trades: [trade(1, 500, 100_000), trade(2, 400, 110_000)] }))
    expect(files.get("trades.csv")).toBe(`tradeId,utc,buyPoint,sellPoint,price,quantityWh\n1,2016-03-25T23:00:00Z,ben-home,ada-roof,100000,500\n2,2016-03-25T23:00:00Z,ben-home,ada-roof,110000,400\n`)
    // Then 200 Wh are left for Cleo's 500; in the next quarter hour 1,000 for 700 and 900: 437.5 and 562.5, which tie.
    expect(files.get("posted.csv")).toBe(
      [
        "payer,payee,kind,label,payerPoint,payeePoint,energyWh,amountNano",
        "@community,ada,sharing,sharing,,ada-roof,1200,144000000",
        `ben,@community,sharing,sharing,ben-home,,438,${438 * 120_000}`,
        `ben,@supplier,energy,supplier,ben-home,,262,${262 * 250_000}`,
        `ben,ada,imbalance,imbalance,ben-home,ada-roof,100,${100 * 50_000}`,
        `ben,ada,market,market,ben-home,ada-roof,800,${500 * 100_000 + 300 * 110_000}`,
        `cleo,@community,sharing,sharing,cleo-home,,762,${762 * 120_000}`,
        `cleo,@supplier,energy,supplier,cleo-home,,638,${638 * 250_000}`,
        ""
      ].join("\n")
    )
  })
  it("begin at midnight where the market opened later: nothing came before", () => {
    const periods = periodsBetween(start + 4 * 900, end)
    const points = [point("ada-roof", [300], {}, periods), point("ben-home", [200], {}, periods)]
    const lines = filesOf(dayOf(points, { periods })).get("intervals.csv")!.split("\n")
    expect(lines.slice(0, 3)).toEqual(["utc,meteringPoint,energyWh,quality", "2016-03-25T23:00:00Z,ada-roof,,", "2016-03-25T23:00:00Z,ben-home,,"])
    expect(lines.slice(9, 11)).toEqual(["2016-03-26T00:00:00Z,ada-roof,300,measured", "2016-03-26T00:00:00Z,ben-home,200,measured"])
    expect(lines).toHaveLength(1 + 2 * 96 + 1)
  })
  it("have three qualities: a provisional value is a substitute, and so is a missing one that an operator counts", () => {
    const qualities: ReadonlyArray<Quality> = ["measured", "calculated", "substitute", "provisional", "missing"]
    const points = [point("ada-roof", [900]), point("ben-home", [...qualities.map((quality) => value(5, quality)), value(0, "missing")])]
    const lines = filesOf(dayOf(points)).get("intervals.csv")!.split("\n").filter((line) => line.includes("ben-home"))
    expect(lines.slice(0, 6).map((line) => line.split(",").slice(2).join(" "))).toEqual(["5 measured", "5 calculated", "5 substitute", "5 substitute", "5 substitute", " "])
  })
  it("give a point that joins or is gone an entry for each stretch of its days", () => {
    const days = ["2016-03-26", "2016-03-27", "2016-03-28", "2016-03-29"].map((settlementPeriod, place) => {
      const day = localDayNamed(timeZone, settlementPeriod)!
      const periods = periodsBetween(day.start, day.end)
      const there = [[true, true, false, true], [false, true, true, false]].map((days) => days[place]!)
      const points = [point("ada-roof", [100, 100], {}, periods), ...(there[0] ? [point("ben-home", [90], {}, periods)] : []), ...(there[1] ? [point("cleo-home", [0, 80], {}, periods)] : [])]
      return dayOf(points, { settlementPeriod, periods })
    })
    const { members } = JSON.parse(filesOf(...days).get("rules.json")!) as { members: ReadonlyArray<{ points: ReadonlyArray<{ from?: string; until?: string }> }> }
    expect(members.map(({ points }) => points.map(({ from, until }) => [from, until]))).toEqual([[[undefined, undefined]], [[undefined, "2016-03-27"], ["2016-03-29", undefined]], [["2016-03-27", "2016-03-28"]]])
  })
})

describe("nothing is exported", () => {
  it.each([
    ["community", "@sun", (name: string) => dayOf(village, { community: name })],
    ["area", "north,east", (name: string) => dayOf(village, { area: name })],
    ["member", "Ada's", (name: string) => dayOf([point("ada-roof", [1], { member: name })])],
    ["metering point", "roof ", (name: string) => dayOf([point("ada-roof", [1], { meteringPoint: name })])]
  ])("of a %s that files cannot name: %s", (what, name, make) => {
    expect(errorOf(() => filesOf(make(name)))).toBe(`nothing was exported: the files of settle cannot hold the ${what} ${JSON.stringify(name)}`)
  })
  it("of days on which nobody had a metering point", () => {
    expect(errorOf(() => filesOf(dayOf([])))).toContain("sun has no metering point with a value")
  })
  it("of more than one run settles", () => {
    const one = dayOf(village)
    expect(errorOf(() => offlineFiles({ days: Array.from({ length: 401 }, () => one), timeZone }))).toContain("401 days of 3 metering points are more than one run settles")
  })
  it("where settle would not post what the market posted, with the first line that differs", () => {
    const day = dayOf(village)
    const posted = day.posted.map((line) => (line.kind === "feed-in" || line.kind === "residual-supply" ? { ...line, amount: line.amount * 2 } : line))
    const found = errorOf(() => filesOf({ ...day, posted }))
    expect(found).toContain("nothing was exported: the market posted\n  ")
    expect(found).toContain("and settle would post\n  ")
  })
  it("where settle does not take what the market settled: a trade of a member with himself", () => {
    const points = [point("ada-roof", [1_000]), point("ada-home", [500])]
    const own: Trade = { ...trade(1, 100, 100_000), buyPoint: "ada-home", buyer: "ada" }
    const refused = (): unknown => filesOf(dayOf(points, { trades: [own] }))
    expect(errorOf(refused)).toContain("TradeWithinOneMember")
    try {
      refused()
    } catch (cause) {
      expect((cause as UserError).mend).toContain("please report it")
    }
  })
})
