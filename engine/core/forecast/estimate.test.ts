import { describe, expect, it } from "vitest"
import { programKey } from "../../../property-tests/arbitraries/record.ts"
import { localDayNamed } from "../calendar/local-day.ts"
import { emptyMetering, type LoadProfile, type MeteringPoint } from "../metering/metering-point.ts"
import { registerPoint } from "../metering/register-point.ts"
import { estimate } from "./estimate.ts"

const zone = "Europe/Vienna"
const pointWith = (change: Partial<MeteringPoint> = {}): MeteringPoint => {
  const metering = emptyMetering()
  registerPoint(metering, { kind: "RegisterMeteringPoint", meteringPoint: "home", member: "ada", direction: "withdrawal", gatewayKey: programKey("ada"), capacityWh: 1_000 })
  return { ...metering.points.get("home")!, ...change }
}
const measured = (...values: ReadonlyArray<readonly [period: number, energyWh: number]>): MeteringPoint["values"] =>
  new Map(values.map(([period, energyWh]) => [period, { energyWh, quality: "measured", version: 1, origin: "device" }]))
const startOf = (name: string): number => localDayNamed(zone, name)!.start
/** A day whose value at each place is `energyAt` of it. */
const day = (name: string, energyAt: (place: number) => number | undefined) => {
  const { start, end } = localDayNamed(zone, name)!
  return { start, energies: Array.from({ length: (end - start) / 900 }, (_, place) => (energyAt(place) ?? -1) + 1) }
}
const flat: LoadProfile = { energies: Array(3_456).fill(28_539), dynamics: [] }
const none: ReadonlyMap<string, LoadProfile> = new Map()
const noon = startOf("2026-06-17") + 48 * 900

describe("the order of estimation", () => {
  it("a short gap between true values: 100, ?, ?, 160 is 120, 140", () => {
    const point = pointWith({ values: measured([noon - 900, 100], [noon + 1_800, 160]) })
    expect([noon, noon + 900].map((period) => estimate(point, none, zone, period))).toEqual([{ energyWh: 120, method: "linear" }, { energyWh: 140, method: "linear" }])
  })
  it("a gap of nine periods is no short one, and an estimate is no true value to lean on", () => {
    const wide = pointWith({ values: measured([noon - 900, 100], [noon + 9 * 900, 160]) })
    expect(estimate(wide, none, zone, noon).method).toBe("last-value")
    const leaning = pointWith({ values: new Map([...measured([noon - 900, 100]), [noon + 900, { energyWh: 160, quality: "substitute", version: 1, origin: "estimate" }]]) })
    expect(estimate(leaning, none, zone, noon).method).toBe("last-value")
  })
  it("like days: a Wednesday at noon is the mean of workdays at noon, Saturday and Sunday do not count", () => {
    const names = ["2026-06-12", "2026-06-13", "2026-06-14", "2026-06-15", "2026-06-16"]
    const days = names.map((name, index) => day(name, (place) => (place === 48 ? [100, 900, 800, 130, 132][index]! : 7)))
    expect(estimate(pointWith({ days }), none, zone, noon)).toEqual({ energyWh: 120, method: "like-day" })
  })
  it("where no like day is known, any day serves", () => {
    expect(estimate(pointWith({ days: [day("2026-06-14", () => 55)] }), none, zone, noon)).toEqual({ energyWh: 55, method: "like-day" })
  })
  it("then the day before, the standard profile, the last interval, and nothing", () => {
    const before = measured([noon - 86_400, 33], [noon - 900, 44])
    const profiles = new Map([["H25", flat]])
    expect(estimate(pointWith({ values: before }), none, zone, noon)).toEqual({ energyWh: 33, method: "day-before" })
    const last = pointWith({ values: measured([noon - 900, 44]), profile: "H25", yearlyWh: 3_504_000 })
    expect(estimate(last, profiles, zone, noon)).toEqual({ energyWh: 100, method: "standard-profile" })
    expect(estimate(last, none, zone, noon)).toEqual({ energyWh: 44, method: "last-value" })
    expect(estimate(pointWith(), none, zone, noon)).toEqual({ energyWh: 0, method: "none" })
  })
})

describe("like days by the clock on the wall", () => {
  it("on the 100-period day both 02:15 look at 02:15, and behind it 12:00 looks at 12:00", () => {
    const days = [day("2026-10-18", (place) => place)]
    const { start } = localDayNamed(zone, "2026-10-25")!
    const at = (place: number) => estimate(pointWith({ days }), none, zone, start + place * 900).energyWh
    expect([at(9), at(13), at(52)]).toEqual([9, 9, 48])
  })
  it("behind a 92-period day 12:00 looks at its 12:00, and 02:15, which it lacked, at the days that had it", () => {
    const days = [day("2026-03-22", () => 500), day("2026-03-29", (place) => place)]
    const { start } = localDayNamed(zone, "2026-04-05")!
    const at = (place: number) => estimate(pointWith({ days }), none, zone, start + place * 900).energyWh
    expect([at(48), at(9)]).toEqual([(500 + 44) / 2, 500])
  })
})
