import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const record = join(repository, "docs/proofs.md")

/** One long run: the same tests as `npm test`, with more cases. */
interface Proof {
  /** One word, to run it alone. */
  readonly id: string
  readonly name: string
  readonly files: ReadonlyArray<string>
  readonly config: string
  readonly env: Readonly<Record<string, string>>
}

const kills = process.env["COMMONWATT_RANDOM_KILLS"] ?? "500"
const gatewayKills = process.env["COMMONWATT_GATEWAY_KILLS"] ?? "100"
const runs = process.env["COMMONWATT_PROPERTY_RUNS"] ?? "100"
const frames = process.env["COMMONWATT_FUZZ_FRAMES"] ?? "10000000"
const days = process.env["COMMONWATT_DEFECT_DAYS"] ?? "100000"
const communities = process.env["COMMONWATT_COMMUNITIES"] ?? "1000000"

const proofs: ReadonlyArray<Proof> = [
  {
    id: "field-defects",
    name: `field defects of meters on ${days} random days: docs/proofs/field-defects.md`,
    files: ["property-tests/metering/field-defects"],
    config: "vitest.config.ts",
    env: { COMMONWATT_DEFECT_DAYS: days, COMMONWATT_DEFECT_RECORD: join(repository, "docs/proofs/field-defects.md") }
  },
  {
    id: "laws",
    name: `laws after every record, arrival order, replay and snapshots, naive matcher, hostile commands, meter profiles both ways, settled communities (10,000 in npm test): ${runs} times the cases of npm test`,
    files: ["property-tests", "adapters/modbus/test-device/round-trip"],
    config: "vitest.config.ts",
    env: { COMMONWATT_PROPERTY_RUNS: runs, COMMONWATT_FUZZ_FRAMES: "50000" }
  },
  {
    id: "communities",
    name: `${communities} generated communities settled: Wh and money error exactly 0`,
    files: ["property-tests/settlement/conservation"],
    config: "vitest.config.ts",
    env: { COMMONWATT_COMMUNITIES: communities }
  },
  {
    id: "frames",
    name: `${frames} mutated Modbus frames in each envelope: 0 crashes, 0 accepted among the broken ones`,
    files: ["property-tests/modbus-frames"],
    config: "vitest.config.ts",
    env: { COMMONWATT_FUZZ_FRAMES: frames }
  },
  {
    id: "market-kills",
    name: `kill -9 of the process group at ${kills} random moments`,
    files: ["crash-anywhere"],
    config: "property-tests/end-to-end/vitest.config.ts",
    env: { COMMONWATT_RANDOM_KILLS: kills }
  },
  {
    id: "gateway-kills",
    name: `kill -9 of the gateway ${gatewayKills} times over two days of 1,000 meters on bad wires: readings lost or doubled`,
    files: ["end-to-end/gateway.test"],
    config: "property-tests/end-to-end/vitest.config.ts",
    env: { COMMONWATT_GATEWAY_KILLS: gatewayKills, COMMONWATT_GATEWAY_METERS: "1000", COMMONWATT_GATEWAY_PERIODS: "192" }
  }
]

const wanted = process.argv.slice(2)
const unknown = wanted.find((id) => !proofs.some((proof) => proof.id === id))
if (unknown !== undefined) {
  process.stderr.write(`no proof is called ${unknown}; there are: ${proofs.map(({ id }) => id).join(", ")}\n`)
  process.exit(2)
}

const vitest = join(repository, "node_modules/.bin/vitest")
const path = [join(repository, "node_modules/.bin"), process.env["PATH"]].join(":")
const git = (...args: ReadonlyArray<string>): string => execFileSync("git", args, { cwd: repository, encoding: "utf8" }).trim()
/** The commit, marked where anything but the records of proofs differs from it: those are what a proof writes. */
const commit = `${git("describe", "--always")}${git("status", "--porcelain", "--", ".", ":!docs/proofs*") === "" ? "" : "-dirty"}`
const machine = `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`

const today = new Date().toISOString().slice(0, 10)
let failed = 0
const prove = ({ id, name, files, config, env }: Proof): string => {
  const began = Date.now()
  process.stdout.write(`== ${name}\n`)
  const { status } = spawnSync(vitest, ["run", "--config", config, "--testTimeout=86400000", ...files], {
    cwd: repository,
    stdio: "inherit",
    env: { ...process.env, ...env, PATH: path }
  })
  if (status !== 0) failed++
  return `| ${id} | ${name} | ${status === 0 ? "0 violations" : "VIOLATED"} | ${Math.round((Date.now() - began) / 60_000)} min | ${today}, ${commit}, ${machine} |`
}

/** Rows of the record as it stands, for the proofs that are not run now. */
const earlier = new Map(
  (existsSync(record) ? readFileSync(record, "utf8") : "").split("\n").flatMap((line) => {
    const id = /^\| ([a-z-]+) \|/.exec(line)?.[1]
    return id === undefined ? [] : [[id, line] as const]
  })
)
const rows = proofs.flatMap((proof) => (wanted.length === 0 || wanted.includes(proof.id) ? [prove(proof)] : [earlier.get(proof.id) ?? []].flat()))

const head = `# Proofs
What \`npm run prove\` found when each was last run; \`npm run prove -- laws frames\` runs some of them. \`npm test\` runs the same tests with fewer cases.

`
const table = ["| proof | what | found | took | when |", "|---|---|---|---|---|", ...rows].join("\n")
writeFileSync(record, `${head}${table}\n`)
process.stdout.write(readFileSync(record, "utf8"))
process.exitCode = failed === 0 ? 0 : 1
