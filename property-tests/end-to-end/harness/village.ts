import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, realpathSync } from "node:fs"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import type { AuditReport } from "../../../adapters/cli/audit/audit.ts"
import type { Figures } from "../../../adapters/cli/report/figures.ts"
import { endProcess } from "../../../infra/local/detached.ts"
import { isAlive, readRecord } from "../../../infra/local/process-record.ts"
import { removeDataFolder } from "./data-folder.ts"
import { emptyFolder, runCommonwatt, spawnCommonwatt, type Ended, type MarketProcess } from "./market-process.ts"
import { deriveWorld, type WorldJson } from "./worlds.ts"

/** Seven households, three with a generator: few enough that a day passes in seconds, enough that they trade. */
const VILLAGERS = new Set(["member-00", "member-01", "member-07", "member-09", "member-10", "member-11", "member-37"])

/** Writes the village's world file into `folder`. */
export const writeVillage = (folder: string, change: (world: WorldJson) => void = () => undefined): string =>
  deriveWorld(folder, (world) => {
    world.members = world.members.filter(({ member }) => VILLAGERS.has(member))
    change(world)
  })

/** Periods of a village run: a local day that is settled, and the hour after it. */
export const VILLAGE_PERIODS = 100

/** Parts that may live in a data folder. */
const PARTS = ["postgres", "timescale", "kafka", "chain"]

/** One data folder of the village, started by the same command line again and again. */
export interface Village {
  readonly data: string
  readonly worldFile: string
  readonly arguments: ReadonlyArray<string>
  /** Starts the market; `more` is appended to the command line. */
  readonly spawn: (env?: NodeJS.ProcessEnv, more?: ReadonlyArray<string>) => MarketProcess
  /** Runs it to its end and returns the figures; any other end is an error with all that was said. */
  readonly finish: (env?: NodeJS.ProcessEnv) => Promise<Figures>
  readonly audit: () => Promise<Ended & { readonly reports: ReadonlyArray<AuditReport> }>
}

export interface VillageOptions {
  readonly periods?: number
  readonly from?: string
  readonly chain?: boolean
  readonly data?: string
  readonly change?: (world: WorldJson) => void
}

const villages = new Set<Village>()
const running = new Set<MarketProcess>()

/** Remembers a market process, so that a test that fails leaves none behind. */
export const watch = (market: MarketProcess): MarketProcess => {
  running.add(market)
  void market.ended.then(() => running.delete(market))
  return market
}

/** A village with an empty data folder, or with a copy of somebody's. Every test file ends with {@link removeVillages}. */
export const village = (name: string, { periods = VILLAGE_PERIODS, from = "2016-03-26", chain = false, data = emptyFolder(name), change }: VillageOptions = {}): Village => {
  // Servers that root starts run as another user.
  chmodSync(data, 0o755)
  const worldFile = writeVillage(data, change)
  const line = ["start", "--world", worldFile, "--data", data, "--from", from, "--speed", "max", "--periods", String(periods), "--exit", "--json"]
  const args = chain ? line : [...line, "--no-chain"]
  const spawn: Village["spawn"] = (env = {}, more = []) => watch(spawnCommonwatt([...args, ...more], { COMMONWATT_SNAPSHOT_EVERY: "100", ...env }))
  const one: Village = {
    data,
    worldFile,
    arguments: args,
    spawn,
    finish: async (env) => {
      const { code, signal, stdout, stderr } = await spawn(env).ended
      if (code !== 0) throw new Error(`the market of ${name} ended with ${code ?? signal}:\n${stderr}`)
      return JSON.parse(stdout) as Figures
    },
    audit: async () => {
      const ended = await runCommonwatt(["audit", "--data", data])
      return { ...ended, reports: ended.stdout === "" ? [] : (JSON.parse(ended.stdout) as ReadonlyArray<AuditReport>) }
    }
  }
  villages.add(one)
  return one
}

/** Ends whatever the villages of this file started, by pid, and removes their data. */
export const removeVillages = async (): Promise<void> => {
  for (const market of running) {
    market.killGroup()
    await market.ended
  }
  for (const { data } of villages) {
    for (const part of PARTS) {
      const process = readRecord(join(data, part))?.process
      if (process !== undefined && isAlive(process)) await endProcess(process, [["SIGINT", 10_000]])
    }
    await removeDataFolder(data)
    await rm(data, { recursive: true, force: true })
  }
  villages.clear()
}

/** Processes that this data folder's records name and that live. */
export const livingParts = (data: string): ReadonlyArray<{ readonly part: string; readonly pid: number }> =>
  PARTS.flatMap((part) => {
    const process = readRecord(join(data, part))?.process
    return process !== undefined && isAlive(process) ? [{ part, pid: process.pid }] : []
  })

/** Pids of the database servers on this data folder, whoever started them: there is never more than one. */
export const postmasters = (data: string): ReadonlyArray<number> => {
  const cluster = join(data, "postgres", "cluster")
  if (!existsSync(cluster)) return []
  const folder = join(realpathSync(cluster), "data")
  return execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8", maxBuffer: 1 << 24 })
    .split("\n")
    .filter((line) => line.includes(` -D ${folder} `) && line.includes("/postgres "))
    .map((line) => Number.parseInt(line, 10))
}

/** Starts the market, waits until it stands still at the n-th passing of a boundary, and kills the group there. */
export const killAt = async (one: Village, boundary: string, n: number, env: NodeJS.ProcessEnv = {}): Promise<void> => {
  const market = one.spawn({ ...env, COMMONWATT_HOLD_AT: `${boundary}:${n}` })
  await market.says(`@boundary ${boundary} ${n}\n`)
  market.killGroup()
  await market.ended
}
