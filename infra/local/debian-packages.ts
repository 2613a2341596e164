import { execFile, spawn } from "node:child_process"
import { mkdir, readdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import { debianKeys, debianMirror, type DebianPlatform } from "./debian-mirror.ts"
import { diskFull } from "./file-problem.ts"
import { PartUnavailable, type Progress } from "./part.ts"

const run = promisify(execFile)

export interface PackagePlan {
  readonly part: string
  readonly platform: DebianPlatform
  /** Debian release, such as "trixie". */
  readonly suite: string
  readonly packages: readonly string[]
  /** Packages that the wanted ones name but do not need for our use; they and what they need stay away. */
  readonly without: readonly string[]
  readonly progress: Progress
}

/**
 * Downloads Debian packages with all they need and unpacks them into `tree`, beside the system and without root:
 * apt works on a state of its own in `work`, which is removed at the end.
 */
export const unpackPackages = async (plan: PackagePlan, work: string, tree: string): Promise<void> => {
  await writeAptState(plan, work)
  const config = ["-c", join(work, "apt.conf")]
  plan.progress({ part: plan.part, text: `reading Debian ${plan.suite}'s package lists` })
  await apt(plan, [...config, "update", "--error-on=any"], () => {})
  await download(plan, config)
  const archives = join(work, "archives")
  const files = (await readdir(archives)).filter((name) => name.endsWith(".deb"))
  plan.progress({ part: plan.part, text: `unpacking ${files.length} packages` })
  await mkdir(tree, { recursive: true })
  for (const file of files) await run("dpkg", ["-x", join(archives, file), tree])
  await rm(work, { recursive: true, force: true })
}

const writeAptState = async (plan: PackagePlan, work: string): Promise<void> => {
  for (const folder of ["lists/partial", "archives/partial"]) await mkdir(join(work, folder), { recursive: true })
  const source = `deb [signed-by=${debianKeys}] ${await debianMirror(plan.part)} ${plan.suite} main\n`
  await writeFile(join(work, "sources.list"), source)
  await writeFile(join(work, "status"), plan.without.map((name) => installedStub(name, plan.platform)).join("\n"))
  await writeFile(join(work, "apt.conf"), aptConfiguration(work, plan.platform))
}

/** For apt's resolver this package is there already, so neither it nor what it needs is downloaded. */
const installedStub = (name: string, { architecture }: DebianPlatform): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: ${architecture}\nMulti-Arch: foreign\n` +
  `Version: 9999:0\nMaintainer: none <none@localhost>\nDescription: left out\n`

// Read after the machine's own configuration, so proxies and sign-in stay and only state, cache and hooks are ours.
const aptConfiguration = (work: string, { architecture }: DebianPlatform): string =>
  [
    "#clear APT::Update::Pre-Invoke;",
    "#clear APT::Update::Post-Invoke;",
    "#clear APT::Update::Post-Invoke-Success;",
    "#clear DPkg::Post-Invoke;",
    `Dir::Etc::sourcelist "${work}/sources.list";`,
    `Dir::Etc::sourceparts "/dev/null";`,
    `Dir::Etc::preferences "/dev/null";`,
    `Dir::Etc::preferencesparts "/dev/null";`,
    `Dir::State "${work}";`,
    `Dir::State::lists "${work}/lists";`,
    `Dir::State::status "${work}/status";`,
    `Dir::State::extended_states "${work}/extended_states";`,
    `Dir::Cache "${work}";`,
    `Dir::Cache::archives "${work}/archives";`,
    `Dir::Log "${work}";`,
    `APT::Architecture "${architecture}";`,
    `APT::Architectures { "${architecture}"; };`,
    `APT::Sandbox::User "${process.getuid?.() === 0 ? "root" : ""}";`,
    `APT::Install-Recommends "false";`,
    `Acquire::Languages "none";`,
    `Acquire::Retries "2";`,
    `Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";`,
    ""
  ].join("\n")

const download = async (plan: PackagePlan, config: readonly string[]): Promise<void> => {
  let fetched = 0
  let total = 0
  await apt(plan, [...config, "install", "-y", "--download-only", ...plan.packages], (line) => {
    const count = /(\d+) newly installed/.exec(line)
    if (count) total = Number(count[1])
    if (!line.startsWith("Get:") || total === 0) return
    fetched += 1
    plan.progress({ part: plan.part, text: `fetching Debian packages, ${fetched} of ${total}`, fraction: fetched / total })
  })
}

/** Runs apt-get and hands on each line; explains a failure. */
const apt = async (plan: PackagePlan, args: readonly string[], onLine: (line: string) => void): Promise<void> => {
  const child = spawn("apt-get", args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, LC_ALL: "C" } })
  let complaints = ""
  child.stderr.on("data", (chunk) => (complaints += String(chunk)))
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve))
  for await (const line of createInterface({ input: child.stdout })) onLine(line)
  if ((await ended) !== 0) throw explain(plan, args, complaints)
}

const explain = (plan: PackagePlan, args: readonly string[], complaints: string): PartUnavailable => {
  const { part, suite } = plan
  const lines = complaints.split("\n").filter((line) => /^[EW]:/.test(line)).slice(0, 3).join("\n")
  if (/No space left|don't have enough free space/.test(complaints)) return diskFull(part, dirname(args[1] ?? "."))
  if (/NO_PUBKEY|not signed/.test(complaints)) {
    return new PartUnavailable({ part, cause: `the keyring does not know Debian ${suite}`, mend: "apt install debian-archive-keyring (a newer one)" })
  }
  const mend = `see that the mirror in apt's sources answers and carries ${suite}, or point COMMONWATT_POSTGRES_URL at a running PostgreSQL`
  return new PartUnavailable({ part, cause: `apt-get failed:\n${lines}\n`, mend })
}
