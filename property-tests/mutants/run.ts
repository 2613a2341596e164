// npm run mutants:assembly [-- [--fresh] [--only histories|tests] NAMES]: changes the order book's assembly bit by bit and sees whether a test notices.
// First against histories that the naive books know, then what survives against the tests themselves. `npm run mutants`
// puts the record into docs/mutants.md.
import { fork, spawnSync, type ChildProcess } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import type { Changed } from "./compile.ts"
import { mutantsOf, type Mutant } from "./mutants-of.ts"
import type { Verdict } from "./trial.ts"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const FOLDER = "engine/core/market/book/fast/assembly"
const keep = join(repository, ".commonwatt/mutants")
const recordFile = join(keep, "assembly.json")
const WORKERS = 2
/** Who says nothing for so long has an endless loop: a history takes some hundredths of a second. */
const MILLISECONDS = 6_000
/** For the tests, which say nothing before their end. */
const MINUTES_OF_TESTS = 5

interface Judged extends Mutant {
  status: "Pending" | "Killed" | "Survived" | "Timeout" | "CompileError"
  /** The tests themselves were asked. */
  tested?: boolean
  readonly location: { readonly start: { line: number; column: number }; readonly end: { line: number; column: number } }
}
interface Judgements {
  readonly source: string
  readonly mutants: Array<Judged>
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { fresh: { type: "boolean", default: false }, only: { type: "string" } } })
const names = readdirSync(join(repository, FOLDER)).filter((name) => positionals.length === 0 || positionals.includes(name))
const unknown = positionals.find((name) => !names.includes(name))
if (unknown !== undefined) {
  process.stderr.write(`${unknown} is no file of ${FOLDER}\n`)
  process.exit(2)
}

mkdirSync(keep, { recursive: true })
if (values.fresh) rmSync(recordFile, { force: true })
const record: Record<string, Judgements> = existsSync(recordFile) ? (JSON.parse(readFileSync(recordFile, "utf8")) as { files: Record<string, Judgements> }).files : {}
const save = () => writeFileSync(recordFile, JSON.stringify({ files: record }))

const placeOf = (source: string, at: number) => {
  const before = source.slice(0, at).split("\n")
  return { line: before.length, column: before.at(-1)!.length + 1 }
}
for (const name of names) {
  const file = `${FOLDER}/${name}`
  const source = readFileSync(join(repository, file), "utf8")
  if (record[file]?.source === source) continue
  record[file] = { source, mutants: mutantsOf(source).map((mutant) => ({ ...mutant, status: "Pending", location: { start: placeOf(source, mutant.start), end: placeOf(source, mutant.end) } })) }
}

const mutated = (source: string, { start, end, replacement }: Mutant): string => source.slice(0, start) + replacement + source.slice(end)
// Scattered over all files, so that whoever stops early has seen some of each.
const scattered = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >>> 0
const waiting = (values.only === "tests" ? [] : names).flatMap((name) => record[`${FOLDER}/${name}`]!.mutants.filter(({ status }) => status === "Pending").map((mutant) => ({ name, mutant }))).map((one, index) => ({ ...one, order: scattered(index) })).toSorted((left, right) => left.order - right.order)
const all = names.reduce((sum, name) => sum + record[`${FOLDER}/${name}`]!.mutants.length, 0)

/** The verdict of a child, however often it says that it is alive before. */
const verdictOf = (child: ChildProcess): Promise<Exclude<Verdict, "alive"> | "hangs" | "died"> =>
  new Promise((resolve) => {
    const end = (verdict: Exclude<Verdict, "alive"> | "hangs" | "died") => {
      clearTimeout(timer)
      child.removeAllListeners()
      resolve(verdict)
    }
    const timer = setTimeout(() => end("hangs"), MILLISECONDS)
    child.once("exit", () => end("died"))
    child.on("message", (said: Verdict) => (said === "alive" ? timer.refresh() : end(said)))
  })

const corpusFile = join(keep, "histories.bin")
rmSync(corpusFile, { force: true })
const start = (): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, "trial.ts"), [corpusFile], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
    child.once("message", () => resolve(child))
    child.once("exit", (code) => reject(new Error(`a process that tries mutants ended with ${code} before it began`)))
  })

/** All sources as they are now: a mutant beside another's changes says nothing. */
const sources = (): string => readdirSync(join(repository, FOLDER)).map((name) => readFileSync(join(repository, FOLDER, name), "utf8")).join("\n")
const before = sources()
const insistUnchanged = (): void => {
  if (sources() === before) return
  process.stderr.write("the assembly was changed while its mutants were tried: run the command again\n")
  process.exit(1)
}

const STATUSES = { killed: "Killed", survived: "Survived", "no assembly": "CompileError", hangs: "Timeout", died: "Killed" } as const
let done = 0
const work = async (): Promise<void> => {
  let child = await start()
  child.removeAllListeners()
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { name, mutant } = next
    const asked: Changed = { file: `fast/assembly/${name}`, source: mutated(record[`${FOLDER}/${name}`]!.source, mutant) }
    child.send(asked)
    const verdict = await verdictOf(child)
    insistUnchanged()
    mutant.status = STATUSES[verdict]
    if (verdict === "hangs" || verdict === "died") {
      child.kill("SIGKILL")
      child = await start()
      child.removeAllListeners()
    }
    if (++done % 50 !== 0) continue
    save()
    process.stdout.write(`${done} tried, ${waiting.length} to go (${all} in all)\n`)
  }
  child.kill()
}
/** The unchanged assembly must compile and agree with the naive books, or no verdict means anything. */
const insistSound = async (): Promise<void> => {
  const child = await start()
  child.removeAllListeners()
  child.send({ file: `fast/assembly/${names[0]!}`, source: record[`${FOLDER}/${names[0]!}`]!.source } satisfies Changed)
  const verdict = await verdictOf(child)
  child.kill()
  if (verdict === "survived") return
  process.stderr.write(`the unchanged assembly ends with "${verdict}": see that npm run assembly works and the books' tests pass\n`)
  process.exit(1)
}
if (waiting.length > 0) await insistSound()
if (waiting.length > 0) await Promise.all(Array.from({ length: WORKERS }, work))
save()

/** The tests themselves, with the mutant in place of the assembly. */
const passes = (asked: Changed): boolean => {
  const file = join(keep, "mutant.json")
  writeFileSync(file, JSON.stringify(asked))
  const { status } = spawnSync(join(repository, "node_modules/.bin/vitest"), ["run", "--bail", "1", "--maxWorkers=2", "--config", "property-tests/mutants/vitest.config.ts"], {
    cwd: repository, stdio: "ignore", timeout: MINUTES_OF_TESTS * 60_000,
    env: { ...process.env, COMMONWATT_MUTANT: file, PATH: [join(repository, "node_modules/.bin"), process.env["PATH"]].join(":") }
  })
  return status === 0
}
const survivors = names.flatMap((name) => record[`${FOLDER}/${name}`]!.mutants.filter(({ status, tested }) => status === "Survived" && tested !== true).map((mutant) => ({ name, mutant })))
process.stdout.write(`${survivors.length} survived the histories${values.only === "histories" ? "" : ": now the tests"}\n`)
for (const { name, mutant } of values.only === "histories" ? [] : survivors) {
  if (!passes({ file: `fast/assembly/${name}`, source: mutated(record[`${FOLDER}/${name}`]!.source, mutant) })) mutant.status = "Killed"
  mutant.tested = true
  save()
  const { line } = mutant.location.start
  process.stdout.write(`${mutant.status === "Killed" ? "killed by a test" : "survived"}: ${name}:${line}  ${record[`${FOLDER}/${name}`]!.source.slice(mutant.start, mutant.end).slice(0, 80)}  ->  ${mutant.replacement.slice(0, 80)}\n`)
}
