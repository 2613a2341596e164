// npm run mutants:assembly [-- [--fresh] NAMES]: changes the order book's assembly bit by bit and sees whether a test notices.
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
/** A mutant that takes longer has an endless loop: the histories take some seconds. */
const MILLISECONDS = 15_000

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

const { values, positionals } = parseArgs({ allowPositionals: true, options: { fresh: { type: "boolean", default: false }, untested: { type: "boolean", default: false } } })
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
const waiting = names.flatMap((name) => record[`${FOLDER}/${name}`]!.mutants.filter(({ status }) => status === "Pending").map((mutant) => ({ name, mutant })))
const all = names.reduce((sum, name) => sum + record[`${FOLDER}/${name}`]!.mutants.length, 0)

const answerOf = <A>(child: ChildProcess, milliseconds: number): Promise<A | "hangs" | "died"> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => end("hangs"), milliseconds)
    const end = (answer: A | "hangs" | "died") => {
      clearTimeout(timer)
      child.removeAllListeners()
      resolve(answer)
    }
    child.once("exit", () => end("died"))
    child.once("message", (answer) => end(answer as A))
  })

const start = async (): Promise<ChildProcess> => {
  const child = fork(join(import.meta.dirname, "trial.ts"), [], { stdio: ["ignore", "ignore", "ignore", "ipc"] })
  await answerOf(child, 10 * MILLISECONDS)
  return child
}

const STATUSES = { killed: "Killed", survived: "Survived", "no assembly": "CompileError", hangs: "Timeout", died: "Killed" } as const
let done = 0
const work = async (): Promise<void> => {
  let child = await start()
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { name, mutant } = next
    const asked: Changed = { file: `fast/assembly/${name}`, source: mutated(record[`${FOLDER}/${name}`]!.source, mutant) }
    child.send(asked)
    const verdict = await answerOf<Verdict>(child, MILLISECONDS)
    mutant.status = STATUSES[verdict]
    if (verdict === "hangs" || verdict === "died") {
      child.kill("SIGKILL")
      child = await start()
    }
    if (++done % 50 !== 0) continue
    save()
    process.stdout.write(`${done} tried, ${waiting.length} to go (${all} in all)\n`)
  }
  child.kill()
}
await Promise.all(Array.from({ length: WORKERS }, work))
save()

/** The tests themselves, with the mutant in place of the assembly. */
const passes = (asked: Changed): boolean => {
  const file = join(keep, "mutant.json")
  writeFileSync(file, JSON.stringify(asked))
  const { status } = spawnSync(join(repository, "node_modules/.bin/vitest"), ["run", "--bail", "1", "--maxWorkers=2", "--config", "property-tests/mutants/vitest.config.ts"], {
    cwd: repository, stdio: "ignore", timeout: 10 * MILLISECONDS,
    env: { ...process.env, COMMONWATT_MUTANT: file, PATH: [join(repository, "node_modules/.bin"), process.env["PATH"]].join(":") }
  })
  return status === 0
}
const survivors = names.flatMap((name) => record[`${FOLDER}/${name}`]!.mutants.filter(({ status, tested }) => status === "Survived" && tested !== true).map((mutant) => ({ name, mutant })))
process.stdout.write(`${survivors.length} survived the histories${values.untested ? "" : ": now the tests"}\n`)
for (const { name, mutant } of values.untested ? [] : survivors) {
  if (!passes({ file: `fast/assembly/${name}`, source: mutated(record[`${FOLDER}/${name}`]!.source, mutant) })) mutant.status = "Killed"
  mutant.tested = true
  save()
  const { line } = mutant.location.start
  process.stdout.write(`${mutant.status === "Killed" ? "killed by a test" : "survived"}: ${name}:${line}  ${record[`${FOLDER}/${name}`]!.source.slice(mutant.start, mutant.end).slice(0, 80)}  ->  ${mutant.replacement.slice(0, 80)}\n`)
}
