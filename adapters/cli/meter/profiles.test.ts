import { describe, expect, it } from "vitest"
import { findProfile, listProfiles, loadProfile } from "../../modbus/profiles/load-profile.ts"
import { profileDetails, profileList } from "./profiles.ts"

describe("meter profiles", () => {
  it("lists every profile on a line of its own", () => {
    const lines = profileList(listProfiles().map(loadProfile)).split("\n")
    expect(lines).toHaveLength(listProfiles().length + 1)
    expect(lines.find((line) => line.startsWith("ddm18sd "))).toMatch(/^ddm18sd +8 +total +DDM18SD$/)
    expect(lines.find((line) => line.startsWith("sunspec-battery "))).toMatch(/ 55 +none /)
  })

  it("shows each register of one, with its place, scale and role", () => {
    const text = profileDetails(findProfile("HUAWEI_SUN2000_GRID"))
    expect(text).toMatch(/^Power +3:37113 +int32 +big +-1 +W +power$/m)
    expect(text).toMatch(/^Import +3:37121 +int32 +big +1\/100 +kWh +importEnergy$/m)
    expect(text).toContain("silent for 1000 ms after a connect")
    expect(profileDetails(findProfile("sunspec-inverter-three-phase"))).toMatch(/^WH +103\+24 +uint32 +big +1 x 10\^\(26\) +Wh +exportEnergy$/m)
  })
})
