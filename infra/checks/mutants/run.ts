// npm run mutants [-- [--fresh | --page | --survivors] FILES]: changes engine/core/market bit by bit and sees whether a test notices.
// What survives must be explained in equivalent.json; docs/mutants.md is written from both.
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { pageOf } from "./page.ts"
import { MutationRecord, type Judged } from "./record.ts"
import { REPOSITORY } from "./repository.ts"
import { isAssembly, subjectsOf } from "./subject.ts"
import { compare, survivorsOf, type Explained } from "./survivors.ts"
import { testFilesFor } from "./tests.ts"
import { Trials, Unsound } from "./try-mutants.ts"

const HELP = `npm run mutants [-- [--fresh | --page | --survivors] FILES]
  FILES        files or folders below engine/core/market, named from the root of the repository; all of them where none are named
  --fresh      forget the record of earlier runs: without it, what was tried is tried again only where its file was changed
  --survivors  try again what survived earlier, after tests were added
  --page       try nothing, write docs/mutants.md from what earlier runs on this machine found
docs/mutants.md is written when every file was tried as it is now.
COMMONWATT_PROPERTY_RUNS (default 0.02) times the cases of npm test are run for each mutant.
`
const refuse = (message: string): never => {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}
const flag = { type: "boolean", default: false } as const
const options = (() => {
  try {
    return parseArgs({ allowPositionals: true, options: { fresh: flag, page: flag, survivors: flag, help: { ...flag, short: "h" } } })
  } catch (error) {
    return refuse(`${(error as Error).message}\n${HELP}`)
  }
})()
const { fresh, page, survivors: onlySurvivors, help } = options.values
if (help) {
  process.stdout.write(HELP)
  process.exit(0)
}

const all = globSync("engine/core/market/**/*.ts", { cwd: REPOSITORY }).filter((file) => !/\.test\.ts$|\/generated\//.test(file)).toSorted()
const isNamed = (file: string, name: string): boolean => file === name || file.startsWith(`${name.replace(/\/$/, "")}/`)
const unknown = options.positionals.find((name) => !all.some((file) => isNamed(file, name)))
if (unknown !== undefined) refuse(`${unknown} is no source file or folder below engine/core/market, named from the root of the repository`)
const wanted = options.positionals.length === 0 ? all : options.positionals.flatMap((name) => all.filter((file) => isNamed(file, name)))

/** The sources as they are now: a mutant beside another's changes says nothing. */
const sources = (): string => all.map((file) => readFileSync(join(REPOSITORY, file), "utf8")).join("\n")

if (fresh) MutationRecord.forget()
const record = new MutationRecord(all)
const isWaiting = ({ status }: Judged): boolean => status === "Pending" || (onlySurvivors && status === "Survived")

/** Files whose mutants are tried by the same tests: what is loaded and measured once serves all of them. */
const groups = Object.values(Object.groupBy(wanted, (file) => (isAssembly(file) ? "assembly" : testFilesFor(file).join())))

const tryGroup = async (files: ReadonlyArray<string>): Promise<void> => {
  const subjects = await subjectsOf(files)
  const known = subjects.map((subject) => ({ subject, mutants: record.of(subject) }))
  // A file without anything to change is done with at once.
  for (const { subject, mutants } of known) if (mutants.length === 0) record.save(subject.file)
  const waiting = known.map(({ subject, mutants }) => ({ subject, mutants: mutants.filter(isWaiting) })).filter(({ mutants }) => mutants.length > 0)
  if (waiting.length === 0) return
  const before = sources()
  const trials = await Trials.of(subjects)
  process.stdout.write(`${files.length} files; all their tests take ${Math.round(trials.milliseconds)} ms\n`)
  try {
    for (const { subject, mutants } of waiting) {
      const { file } = subject
      const start = performance.now()
      let tried = 0
      for (const mutant of mutants) {
        await trials.judge(subject, mutant)
        if (sources() !== before) throw new Unsound("sources were changed while mutants were tried: run the command again")
        if (++tried % 50 === 0) record.save(file)
        if (mutant.status === "Survived") process.stdout.write(`survived: ${file}:${mutant.location.start.line}:${mutant.location.start.column} -> ${mutant.replacement.replaceAll(/\s+/g, " ").slice(0, 100)}\n`)
      }
      record.save(file)
      const count = (status: Judged["status"]): number => mutants.filter((mutant) => mutant.status === status).length
      process.stdout.write(`${file}: ${mutants.length} tried in ${Math.round((performance.now() - start) / 1_000)} s, ${count("Killed")} killed, ${count("Timeout")} stopped, ${count("Survived")} survived\n`)
    }
  } finally {
    trials.end()
  }
}

try {
  for (const files of page ? [] : groups) await tryGroup(files!)
} catch (error) {
  if (!(error instanceof Unsound)) throw error
  refuse(`nothing can be said of mutants: ${error.message}`)
}

const explained = JSON.parse(readFileSync(join(import.meta.dirname, "equivalent.json"), "utf8")) as ReadonlyArray<Explained>
const survivors = survivorsOf(record.files)
const isTried = (file: string): boolean => record.files[file]?.source === readFileSync(join(REPOSITORY, file), "utf8") && record.files[file].mutants.every(({ status }) => status !== "Pending")
const untried = all.filter((file) => !isTried(file))
if (untried.length > 0) {
  const text = `docs/mutants.md is left as it is: ${untried.length} of ${all.length} files were not tried as they are now, or not on this machine (npm run mutants tries them): ${untried.join(", ")}\n`
  if (page) refuse(text.trimEnd())
  process.stdout.write(text)
} else writeFileSync(join(REPOSITORY, "docs/mutants.md"), pageOf(record.files, explained))
const { unexplained, outdated } = compare(survivors, explained, new Set(Object.keys(record.files)))
for (const { file, line, original, replacement } of unexplained) process.stdout.write(`not explained: ${file}:${line}\n  - ${original}\n  + ${replacement}\n`)
for (const { file, original } of outdated) process.stdout.write(`explained, but no survivor any more: ${file}: ${original}\n`)
process.stdout.write(`${survivors.length} survivors, ${unexplained.length} of them not explained in infra/checks/mutants/equivalent.json\n`)
process.exitCode = unexplained.length + outdated.length === 0 ? 0 : 1
