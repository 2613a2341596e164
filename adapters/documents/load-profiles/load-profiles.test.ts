import { expect, it } from "vitest"
import { localDayNamed } from "../../../engine/core/calendar/local-day.ts"
import { periodsBetween } from "../../../engine/core/calendar/period.ts"
import { energyByProfile } from "../../../engine/core/metering/load-profile.ts"
import { DocumentRefused } from "../document-refused.ts"
import { loadStandardProfiles } from "./load-profiles.ts"

const profiles = loadStandardProfiles()
const berlin = "Europe/Berlin"
const year = periodsBetween(localDayNamed(berlin, "2026-01-01")!.start, localDayNamed(berlin, "2027-01-01")!.start)

it.each([["H25", 0.02], ["G25", 0.03], ["L25", 0.02], ["P25", 0.02], ["S25", 0.03]])("a year of %s for 3,500 kWh comes to 3,500 kWh within %d", (name, within) => {
  const { energies, dynamics } = profiles.get(name)!
  const yearlyWh = 3_500_000
  // A thousand points, so that whole Wh do not round a household away.
  const sum = year.reduce((total, period) => total + energyByProfile({ energies: [...energies], dynamics: [...dynamics] }, 1_000 * yearlyWh, berlin, period), 0)
  expect(Math.abs(sum / (1_000 * yearlyWh) - 1)).toBeLessThan(within)
})

it("H25 at midnight of the 3rd of January 2026, a Saturday: 22.152 kWh of the workbook x 1.2457 x 3.5 / 1000 = 96 Wh", () => {
  const { energies, dynamics } = profiles.get("H25")!
  const midnight = localDayNamed(berlin, "2026-01-03")!.start
  expect(dynamics[2]).toBe(12_457)
  expect(energyByProfile({ energies: [...energies], dynamics: [...dynamics] }, 3_500_000, berlin, midnight)).toBe(96)
})

it("a file that holds something else is refused by name", () => {
  expect(() => loadStandardProfiles(new URL("../layouts/commonwatt.json", import.meta.url))).toThrow(DocumentRefused)
  expect(() => loadStandardProfiles("/nowhere.json")).toThrow(/cannot be read/)
})
