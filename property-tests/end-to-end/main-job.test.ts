import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import type { Figures } from "../../adapters/cli/report/figures.ts"
import { removeDataFolder } from "./harness/data-folder.ts"
import { emptyFolder, runCommonwatt, settle } from "./harness/market-process.ts"
import { referenceRun } from "./harness/reference-run.ts"
import { demoArguments, periods } from "./harness/worlds.ts"

const folders: Array<string> = []
const kept = (folder: string): string => {
  folders.push(folder)
  return folder
}
afterAll(() => Promise.all(folders.map(removeDataFolder)))

/** The path without every folder that holds a Go: commonwattd may lie in the cache, there is no chain all the same. */
const pathWithoutGo = process.env["PATH"]!.split(delimiter).filter((folder) => !existsSync(join(folder, "go"))).join(delimiter)

describe("the main job", () => {
  it("settles two days, one of 23 hours, without an error, and anchors them; a second start prints the same object", async () => {
    const { data, figures } = await referenceRun("main-job")
    kept(data)
    expect(figures).toMatchObject({ energyErrorWh: 0, moneyError: 0, batches: 2, anchored: 2, chain: "running" })
    // 68 metering points: one reading at the start, then one at the end of each period.
    expect(figures).toMatchObject({ readings: 68 * (periods + 1), intervals: 68 * periods })
    for (const name of ["orders", "trades", "energyTradedWh", "energySharedWh", "residualWh", "feedInWh"] as const) expect(figures[name], name).toBeGreaterThan(0)
    expect(figures.stateHash).toMatch(/^[0-9a-f]{32}$/)
    expect(figures.outcomeHash).toMatch(/^[0-9a-f]{64}$/)
    expect(await settle(data, periods, demoArguments)).toEqual(figures)
  })

  it("goes on where the first start ended, to the same outcome", async () => {
    const { data, figures } = await referenceRun("main-job")
    kept(data)
    const parts = kept(emptyFolder("main-job-in-parts"))
    await settle(parts, 97, [...demoArguments, "--no-chain"])
    const whole = await settle(parts, periods, [...demoArguments, "--no-chain"])
    expect(whole).toEqual({ ...figures, chain: "absent", anchored: 0, stateHash: whole.stateHash })
  })

  it("does its job without Go: nothing is anchored, one line says why, batches go to the chain when there is one", async () => {
    const data = kept(emptyFolder("main-job-without-go"))
    const args = ["start", "--data", data, "--speed", "max", "--periods", "100", "--exit", "--json", ...demoArguments]
    const { code, stdout, stderr } = await runCommonwatt(args, { PATH: pathWithoutGo })
    expect(code, stderr).toBe(0)
    const figures = JSON.parse(stdout) as Figures
    expect(figures).toMatchObject({ energyErrorWh: 0, moneyError: 0, batches: 1, anchored: 0, chain: "absent" })
    const why = stderr.split("\n").filter((line) => line.includes("No chain"))
    expect(why).toHaveLength(1)
    expect(why[0]).toMatch(/no Go.*install Go 1\.26 or newer.*the market goes on/)
    const later = await settle(data, 100, demoArguments)
    expect(later).toEqual({ ...figures, chain: "running", anchored: 1, stateHash: later.stateHash })
  })
})
