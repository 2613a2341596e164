import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import type { Figures } from "../../adapters/cli/report/figures.ts"
import { copyOfSources } from "./harness/copy-of-sources.ts"
import { removeDataFolder } from "./harness/data-folder.ts"
import { emptyFolder, settle } from "./harness/market-process.ts"
import { demoArguments } from "./harness/worlds.ts"

interface ProfileJson {
  positive: string
  registers: Array<{ measurement: string; wordOrder: string; scale: { numerator: number; denominator: number } }>
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
  const file = join(copy.folder, "adapters/modbus/profiles", `${device}.json`)
  const profile = JSON.parse(readFileSync(file, "utf8")) as ProfileJson
  change(profile)
  writeFileSync(file, JSON.stringify(profile, null, 2))
  const data = emptyFolder(`${device}-data`)
  left.push(() => removeDataFolder(data))
  return settle(data, 8, [...demoArguments, "--no-chain"], copy.env, copy.folder)
}

const energyRegisters = ({ registers }: ProfileJson) => registers.filter(({ measurement }) => measurement.startsWith("energy"))

describe("a device profile that is wrong in one place", () => {
  it("is noticed against a run with the right ones", async () => {
    const figures = await runWith("carlo-gavazzi-em24", () => undefined)
    expect(figures).toMatchObject({ energyErrorWh: 0, moneyError: 0, intervals: 8 * 68 })
  })

  it("makes energyErrorWh non-zero: word order of Carlo Gavazzi's EM24", async () => {
    const figures = await runWith("carlo-gavazzi-em24", (profile) => {
      for (const register of energyRegisters(profile)) {
        expect(register.wordOrder).toBe("little")
        register.wordOrder = "big"
      }
    })
    expect(figures.energyErrorWh).toBeGreaterThan(0)
  })

  it("makes energyErrorWh non-zero: sign of Huawei's grid meter", async () => {
    const figures = await runWith("huawei-sun2000-grid", (profile) => {
      expect(profile.positive).toBe("export")
      profile.positive = "import"
    })
    expect(figures.energyErrorWh).toBeGreaterThan(0)
  })

  it("makes energyErrorWh non-zero: scale of Eastron's SDM630", async () => {
    const figures = await runWith("eastron-sdm630", (profile) => {
      for (const register of energyRegisters(profile)) register.scale.denominator *= 10
    })
    expect(figures.energyErrorWh).toBeGreaterThan(0)
  })
})
