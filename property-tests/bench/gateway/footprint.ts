import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { openLab } from "../../end-to-end/harness/gateway-lab.ts"

const repository = fileURLToPath(new URL("../../../", import.meta.url))
const METERS = 50
const SECONDS = 150
const LIMIT_MB = 100
/** As docs/guides/gateway.md starts it: a young generation of 1 MB instead of 32, and code that favours size. */
const SMALL_MACHINE = ["--max-semi-space-size=1", "--optimize-for-size"]
const SMALL_ENVIRONMENT = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" }

const processFacts = (pid: number): { readonly rssMb: number; readonly highestMb: number; readonly cpuSeconds: number } => {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1])
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")
  return { rssMb: kilobytes("VmRSS") / 1_024, highestMb: kilobytes("VmHWM") / 1_024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 }
}

/**
 * How much memory and CPU `commonwatt gateway` takes, as the bundle that a home gets: 50 meters polled each second over
 * Modbus/TCP, batches of 96 readings over HTTPS to a real engine, for two and a half minutes of wall clock.
 */
export const gatewayFootprint = async (): Promise<void> => {
  execFileSync(join(repository, "node_modules/.bin/vite"), ["build", "--logLevel", "error", "--config", join(repository, "adapters/cli/gateway/vite.config.ts")], { cwd: repository, stdio: "inherit" })
  const lab = await openLab({ meters: METERS, fault: () => "none", clock: "system", batch: { readings: 96, seconds: 60 } })
  const gateway = spawn(join(repository, "node_modules/node/bin/node"), [...SMALL_MACHINE, "dist/gateway/commonwatt-gateway.mjs", "--config", lab.config], { cwd: repository, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...SMALL_ENVIRONMENT } })
  try {
    // The readings carry this machine's time; the engine's market time begins there.
    const began = Math.floor(Date.now() / 60_000) * 60
    await lab.simulator.setTime(lab.start)
    let highest = 0
    const first = processFacts(gateway.pid!)
    for (let second = 1; second <= SECONDS; second++) {
      await sleep(1_000)
      await lab.simulator.setTime(lab.start + second)
      highest = Math.max(highest, processFacts(gateway.pid!).rssMb)
    }
    const last = processFacts(gateway.pid!)
    const recorded = lab.events.filter(({ kind }) => kind === "ReadingRecorded").length
    const figures = {
      meters: METERS, seconds: SECONDS, began, readingsRecorded: recorded,
      rssMb: Math.round(last.rssMb), highestRssMb: Math.round(Math.max(highest, last.highestMb)), limitMb: LIMIT_MB,
      cpuPercent: Math.round(((last.cpuSeconds - first.cpuSeconds) / SECONDS) * 1_000) / 10
    }
    process.stdout.write(`${JSON.stringify(figures)}\n`)
    if (figures.highestRssMb > LIMIT_MB) throw new Error(`the gateway took ${figures.highestRssMb} MB, more than ${LIMIT_MB}`)
    if (recorded < METERS * (SECONDS - 60) * 0.9) throw new Error(`only ${recorded} readings were recorded`)
  } finally {
    const ended = once(gateway, "exit")
    gateway.kill("SIGTERM")
    await ended
    await lab.close()
  }
}
