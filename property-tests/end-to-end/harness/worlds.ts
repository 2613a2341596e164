import { readFileSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { loadWorld } from "../../../adapters/cli/world/world.ts"
import { startTime } from "../../../adapters/cli/start/start-time.ts"
import { repository } from "./market-process.ts"

/** The world file that `npm start` takes by itself. */
export const demoWorldFile = join(repository, "infra/demo/semiurb4.world.json")
/** Start and length of the run by which the whole is judged: two local days, one of them 23 hours long. */
export const from = "2016-03-26"
export const periods = 188
export const demoArguments: ReadonlyArray<string> = ["--from", from]

/** A world file as JSON says it, for tests that make another from it. */
export interface WorldJson {
  name: string
  area: string
  community: string
  seed: string
  feeder: string
  disputeWindowSeconds: number
  tariff: { residualSupplyPrice: number; feedInPrice: number; sharingPrice: number }
  members: Array<{
    member: string
    depositCents: number
    meteringPoints: Array<{ meteringPoint: string; column: string; direction: string; device: string; initialWh: number; capacityWh: number; limitPrice: number }>
  }>
}

/** Writes a world derived from the demo's into `folder` and returns the file. */
export const deriveWorld = (folder: string, change: (world: WorldJson) => void): string => {
  const world = JSON.parse(readFileSync(demoWorldFile, "utf8")) as WorldJson
  world.feeder = resolve(dirname(demoWorldFile), world.feeder)
  change(world)
  const file = join(folder, "derived.world.json")
  writeFileSync(file, JSON.stringify(world, null, 2))
  return file
}

/** A loaded world and the market times between which `count` periods from `day` lie. */
export const worldAndTimes = (file: string = demoWorldFile, day: string = from, count: number = periods) => {
  const world = loadWorld(file)
  const start = startTime(world, day)
  return { world, start, until: start + count * 900 }
}
