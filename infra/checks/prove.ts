import { execFileSync, spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const record = join(repository, "docs/proofs.md")

/** One long run: the same tests as `npm test`, with more cases. */
interface Proof {
  readonly name: string
  readonly files: ReadonlyArray<string>
  readonly config: string
  readonly env: Readonly<Record<string, string>>
}

const kills = process.env["COMMONWATT_RANDOM_KILLS"] ?? "500"
const runs = process.env["COMMONWATT_PROPERTY_RUNS"] ?? "100"
const frames = process.env["COMMONWATT_FUZZ_FRAMES"] ?? "10000000"

const days = process.env["COMMONWATT_DEFECT_DAYS"] ?? "100000"

const proofs: ReadonlyArray<Proof> = [
  {
    name: `field defects of meters on ${days} random days: docs/proofs/field-defects.md`,
    files: ["property-tests/metering/field-defects"],
    config: "vitest.config.ts",
    env: { COMMONWATT_DEFECT_DAYS: days, COMMONWATT_DEFECT_RECORD: join(repository, "docs/proofs/field-defects.md") }
  },
  {
    name: `laws after every record, arrival order, replay and snapshots, naive matcher, hostile commands, meter profiles both ways, settled communities (10,000 in npm test): ${runs} times the cases of npm test`,
    files: ["property-tests", "adapters/modbus/test-device/round-trip"],
    config: "vitest.config.ts",
    env: { COMMONWATT_PROPERTY_RUNS: runs, COMMONWATT_FUZZ_FRAMES: "50000" }
  },
  {
    name: `${frames} mutated Modbus frames in each envelope: 0 crashes, 0 accepted among the broken ones`,
    files: ["property-tests/modbus-frames"],
    config: "vitest.config.ts",
    env: { COMMONWATT_FUZZ_FRAMES: frames }
  },
  {
    name: `kill -9 of the process group at ${kills} random moments`,
    files: ["crash-anywhere"],
    config: "property-tests/end-to-end/vitest.config.ts",
    env: { COMMONWATT_RANDOM_KILLS: kills }
  }
]

const vitest = join(repository, "node_modules/.bin/vitest")
const path = [join(repository, "node_modules/.bin"), process.env["PATH"]].join(":")
const commit = execFileSync("git", ["describe", "--always", "--dirty"], { cwd: repository, encoding: "utf8" }).trim()
const machine = `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`

let failed = 0
const rows = proofs.map(({ name, files, config, env }) => {
  const began = Date.now()
  process.stdout.write(`== ${name}\n`)
  const { status } = spawnSync(vitest, ["run", "--config", config, "--testTimeout=86400000", ...files], {
    cwd: repository,
    stdio: "inherit",
    env: { ...process.env, ...env, PATH: path }
  })
  if (status !== 0) failed++
  return `| ${name} | ${status === 0 ? "0 violations" : "VIOLATED"} | ${Math.round((Date.now() - began) / 60_000)} min | ${commit} |`
})

const head = `# Proofs
What \`npm run prove\` found when it was last run. \`npm test\` runs the same tests with fewer cases.

`
const table = ["| what | found | took | commit |", "|---|---|---|---|", ...rows].join("\n")
writeFileSync(record, `${head}${new Date().toISOString().slice(0, 10)}, ${machine}\n\n${table}\n`)
process.stdout.write(readFileSync(record, "utf8"))
process.exitCode = failed === 0 ? 0 : 1
