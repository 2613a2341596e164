// npm run mutants [-- [--fresh | --page] FILES]: changes engine/core/market bit by bit and sees whether a test notices (Stryker).
// What survives must be explained in equivalent.json; docs/mutants.md is written from both, and from what
// `npm run mutants:assembly` found in the assembly, which Stryker cannot change.
import { spawn } from "node:child_process"
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { pageOf } from "./page.ts"
import { compare, survivorsOf, type Explained, type Report } from "./survivors.ts"

const repository = fileURLToPath(new URL("../../../", import.meta.url))
const keep = join(repository, ".commonwatt/mutants")
const recordFile = join(keep, "record.json")
const page = join(repository, "docs/mutants.md")

const BOOK = "engine/core/market/book/"
const LINES_IN_GROUP = 250

const HELP = `npm run mutants [-- [--fresh | --page] FILES]
  FILES    files below engine/core/market; all of them where none are named
  --fresh  forget the record of earlier runs: without it, mutants whose code and tests are unchanged are not run again
  --page   run nothing, write docs/mutants.md from what earlier runs found
COMMONWATT_PROPERTY_RUNS (default 0.25) times the cases of npm test are run for each mutant.
`

const options = (() => {
  try {
    return parseArgs({ allowPositionals: true, options: { fresh: { type: "boolean", default: false }, page: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } } })
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${HELP}`)
    process.exit(2)
  }
})()
if (options.values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}

const all = globSync("engine/core/market/**/*.ts", { cwd: repository }).filter((file) => !/\.test\.ts$|\/(assembly|generated)\//.test(file)).toSorted()
const unknown = options.positionals.find((file) => !all.includes(file))
if (unknown !== undefined) {
  process.stderr.write(`${unknown} is no source file below engine/core/market, named from the root of the repository\n`)
  process.exit(2)
}
const folderOf = (file: string): string => file.slice(0, file.lastIndexOf("/"))
const wanted = options.positionals.length > 0 ? [...new Set(options.positionals)] : all
const linesOf = (file: string): number => readFileSync(join(repository, file), "utf8").split("\n").length

/** Files of one folder in groups of some size: the record is written after each, so that whoever stops loses one group at most. */
const groupsOf = (files: ReadonlyArray<string>): Array<Array<string>> => {
  const groups: Array<Array<string>> = []
  let lines = 0
  for (const file of files) {
    const last = groups.at(-1)
    lines += linesOf(file)
    if (last !== undefined && folderOf(last[0]!) === folderOf(file) && lines <= LINES_IN_GROUP) last.push(file)
    else {
      groups.push([file])
      lines = linesOf(file)
    }
  }
  return groups
}
const groups = groupsOf(wanted)

const stryker = (files: ReadonlyArray<string>): Promise<number> =>
  new Promise((resolve) => {
    const args = ["run", "infra/checks/mutants/stryker.config.json", "--mutate", files.join(","), "--concurrency", "2"]
    const env = { ...process.env, PATH: [join(repository, "node_modules/.bin"), process.env["PATH"]].join(":"), COMMONWATT_PROPERTY_RUNS: process.env["COMMONWATT_PROPERTY_RUNS"] ?? "0.25", COMMONWATT_MUTANTS_IN: files[0]!.startsWith(BOOK) ? "book" : "market" }
    spawn(join(repository, "node_modules/.bin/stryker"), args, { cwd: repository, stdio: "inherit", env }).once("close", (code) => resolve(code ?? 1))
  })

mkdirSync(keep, { recursive: true })
if (options.values.fresh) rmSync(recordFile, { force: true })
for (const [index, files] of options.values.page ? [] : groups.entries()) {
  process.stdout.write(`== ${folderOf(files[0]!)}, group ${index + 1} of ${groups.length}: ${files.length} files\n`)
  if ((await stryker(files)) !== 0) {
    process.stderr.write("Stryker ended before it was done; the groups before this one are kept, run the command again\n")
    process.exit(1)
  }
}

/** Files of a record that are still there. */
const filesOf = (file: string): Report["files"] => {
  const { files } = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Report) : { files: {} }
  return Object.fromEntries(Object.entries(files).filter(([name]) => existsSync(join(repository, name))))
}
const present: Report = { files: { ...filesOf(recordFile), ...filesOf(join(keep, "assembly.json")) } }
const explained = JSON.parse(readFileSync(join(import.meta.dirname, "equivalent.json"), "utf8")) as ReadonlyArray<Explained>
const survivors = survivorsOf(present)
writeFileSync(page, pageOf(present, explained))
const { unexplained, outdated } = compare(survivors, explained, new Set(Object.keys(present.files)))
for (const { file, line, original, replacement } of unexplained) process.stdout.write(`survived: ${file}:${line}\n  - ${original}\n  + ${replacement}\n`)
for (const { file, original } of outdated) process.stdout.write(`explained, but no survivor any more: ${file}: ${original}\n`)
process.stdout.write(`${survivors.length} survivors, ${unexplained.length} of them not explained in infra/checks/mutants/equivalent.json; see docs/mutants.md\n`)
process.exitCode = unexplained.length + outdated.length === 0 ? 0 : 1
