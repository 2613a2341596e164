import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import type { Figures } from "../../adapters/cli/report/figures.ts"
import { copyOfSources } from "./harness/copy-of-sources.ts"
import { removeDataFolder } from "./harness/data-folder.ts"
import { emptyFolder, settle } from "./harness/market-process.ts"
import { demoArguments } from "./harness/worlds.ts"

interface ProfileJson {
  wordOrder: string
  registers: Array<{ role?: string; scale?: number }>
}

const left: Array<() => void | Promise<void>> = []
afterAll(async () => {
  for (const remove of left) await remove()
})

/**
 * Two hours of the demo world, run by a copy of the sources in which one device profile is changed. The simulator
 * encodes registers by code of its own and does not read profiles, so only the gateway is misled.
 */
const runWith = async (device: string, change: (profile: ProfileJson) => void): Promise<Figures> => {
  const copy = copyOfSources(device)
  left.push(copy.remove)
  const file = join(copy.folder, "adapters/modbus/profiles/devices", `${device}.json`)
  const profile = JSON.parse(readFileSync(file, "utf8")) as ProfileJson
  change(profile)
  writeFileSync(file, JSON.stringify(profile, null, 2))
  const data = emptyFolder(`${device}-data`)
  left.push(() => removeDataFolder(data))
  return settle(data, 8, [...demoArguments, "--no-chain"], copy.env, copy.folder)
}

const energyRegisters = ({ registers }: ProfileJson) => registers.filter(({ role }) => role === "importEnergy" || role === "exportEnergy")

describe("a device profile that is wrong in one place", () => {
  it("is noticed against a run with the right ones", async () => {
    const figures = await runWith("carlo-gavazzi-em24", () => undefined)
    expect(figures).toMatchObject({ energyErrorWh: 0, moneyError: 0, intervals: 8 * 68 })
  })

  it("makes energyErrorWh non-zero: word order of Carlo Gavazzi's EM24", async () => {
    const figures = await runWith("carlo-gavazzi-em24", (profile) => {
      expect(profile.wordOrder).toBe("little")
      profile.wordOrder = "big"
    })
    expect(figures.energyErrorWh).toBeGreaterThan(0)
  })

  it("makes energyErrorWh non-zero: import and export of Huawei's grid meter", async () => {
    const figures = await runWith("huawei-sun2000-grid", (profile) => {
      const counters = energyRegisters(profile)
      expect(counters).toHaveLength(2)
      for (const register of counters) register.role = register.role === "importEnergy" ? "exportEnergy" : "importEnergy"
    })
    expect(figures.energyErrorWh).toBeGreaterThan(0)
  })

  it("makes energyErrorWh non-zero: scale of Eastron's SDM630", async () => {
    const figures = await runWith("eastron-sdm630", (profile) => {
      for (const register of energyRegisters(profile)) register.scale = 0.1
    })
    expect(figures.energyErrorWh).toBeGreaterThan(0)
  })
})
