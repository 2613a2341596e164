import { describe, expect, it } from "vitest"
import { errorOf } from "../settle/testing/lab.ts"
import { chooseDays, type Choice, type RecordedRun } from "./choose-days.ts"

const run = (community: string, settlementPeriod: string, version = 1, area = "north"): RecordedRun => ({ area, community, settlementPeriod, version })
const march = [run("sun", "2016-03-26", 2), run("sun", "2016-03-27"), run("sun", "2016-03-26"), run("sun", "2016-03-28")]
const all: Choice = { community: undefined, from: undefined, until: undefined }
const chosen = (runs: ReadonlyArray<RecordedRun>, choice: Partial<Choice> = {}) => chooseDays(runs, { ...all, ...choice }).map(({ settlementPeriod, version }) => `${settlementPeriod}/${version}`)
const refused = (runs: ReadonlyArray<RecordedRun>, choice: Partial<Choice> = {}): string => errorOf(() => chosen(runs, choice))

describe("the days that are exported", () => {
  it("are all settled days, each in its newest version", () => {
    expect(chosen(march)).toEqual(["2016-03-26/2", "2016-03-27/1", "2016-03-28/1"])
  })
  it("begin and end with the days that are named, over the turn of a month", () => {
    expect(chosen(march, { from: "2016-03-27" })).toEqual(["2016-03-27/1", "2016-03-28/1"])
    expect(chosen(march, { until: "2016-03-26" })).toEqual(["2016-03-26/2"])
    expect(chosen([run("sun", "2016-02-29"), run("sun", "2016-03-01")], { from: "2016-02-29", until: "2016-03-01" })).toEqual(["2016-02-29/1", "2016-03-01/1"])
  })
  it("are of the community that is named", () => {
    const two = [...march, run("moon", "2016-03-27", 3)]
    expect(chosen(two, { community: "moon" })).toEqual(["2016-03-27/3"])
    expect(refused(two)).toBe("this market has several communities: moon, sun")
    expect(refused(two, { community: "star" })).toBe("star is no community with a settled day")
  })
  it("of two areas that both know the name are refused", () => {
    expect(refused([...march, run("sun", "2016-03-27", 1, "south")], { community: "sun" })).toContain("several communities")
  })
})

describe("what is not there is named", () => {
  it("a day that is not settled yet, before the first one, or a hole", () => {
    const settled = "its settled days are 2016-03-26 to 2016-03-28"
    expect(refused(march, { until: "2016-03-29" })).toBe(`2016-03-29 of sun is not settled; ${settled}`)
    expect(refused(march, { from: "2016-03-25" })).toBe(`2016-03-25 of sun is not settled; ${settled}`)
    expect(refused(march, { from: "2016-04-01" })).toBe(`2016-04-01 of sun is not settled; ${settled}`)
    expect(refused(march, { until: "2016-03-01" })).toBe(`2016-03-01 of sun is not settled; ${settled}`)
    expect(refused(march.filter(({ settlementPeriod }) => settlementPeriod !== "2016-03-27"))).toBe(`2016-03-27 of sun is not settled; ${settled}`)
  })
  it("a market without a settled day", () => {
    expect(refused([])).toBe("no day of this market is settled yet")
  })
  it.each(["2016-3-1", "2016-02-30", "yesterday", ""])("%j is no day", (day) => {
    expect(refused(march, { from: day })).toBe(`--from ${day} is no day`)
    expect(refused(march, { until: day })).toBe(`--until ${day} is no day`)
  })
  it("days in the wrong order", () => {
    expect(refused(march, { from: "2016-03-28", until: "2016-03-27" })).toBe("--until 2016-03-27 is before --from 2016-03-28")
  })
})
