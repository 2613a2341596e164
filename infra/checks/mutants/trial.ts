// A process that keeps the tests loaded and tries mutants, one after the other. It may hang: then it is ended. Talks to trial-process.ts.
import fc from "fast-check"
import type { CollectedTest } from "./collector.ts"
import type { Answer, Measured, Question, Start, Try } from "./messages.ts"
import { Modules } from "./modules.ts"
import { allow, processorTime, startWatchdog } from "./time-limit.ts"

/** What the instrumented code reads and writes (Stryker's names). */
const namespace: { activeMutant: string | undefined; currentTestId?: string | undefined; hitCount?: number; hitLimit?: number; mutantCoverage: { static: Record<string, number>; perTest: Record<string, Record<string, number>> } } = {
  activeMutant: undefined,
  mutantCoverage: { static: {}, perTest: {} }
}
Object.assign(globalThis, { __stryker__: namespace })

let modules: Modules | undefined
let collected: ReadonlyArray<CollectedTest> = []
let millisecondsAllowed = Infinity

/** Stands in place of the compiled assembly. */
let assembly: object | undefined
interface Assemblies {
  readonly Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports?: object) => object
}
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Assemblies }
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module: object, imports?: object) {
    super(assembly ?? module, imports)
    // Whoever makes new books is not in an endless loop of the assembly.
    if (assembly !== undefined) allow(millisecondsAllowed)
  }
}

// The same cases for every mutant, and the first that fails is enough: nobody reads the smallest one.
const settings = { seed: 20_261_123, endOnFailure: true }
fc.configureGlobal(settings)

const textOf = (error: unknown): string => String((error as Error | undefined)?.stack ?? error)

const load = async (): Promise<ReadonlyArray<CollectedTest>> => {
  namespace.currentTestId = undefined
  // What tests compute while they are gathered is theirs: only what sources compute while they are loaded needs loading again.
  return modules!.load(() => (namespace.currentTestId = "gathering"))
}

const start = async (question: Start): Promise<Answer> => {
  modules = new Modules(question)
  try {
    collected = await load()
    return { kind: "loaded", tests: collected.map(({ name }) => name) }
  } catch (error) {
    return { kind: "failed to load", failure: textOf(error) }
  }
}

const failureOf = async ({ body }: CollectedTest): Promise<unknown> => {
  try {
    await body()
    return undefined
  } catch (error) {
    return error ?? "nothing was thrown"
  }
}

const measure = async (): Promise<Answer> => {
  const tests: Array<Measured> = []
  for (const [index, test] of collected.entries()) {
    const id = String(index + 1)
    namespace.currentTestId = id
    const before = processorTime()
    const failure = await failureOf(test)
    tests.push({ name: test.name, milliseconds: processorTime() - before, hits: namespace.mutantCoverage.perTest[id] ?? {}, failure: failure === undefined ? undefined : textOf(failure) })
  }
  return { kind: "measured", tests, whileLoading: Object.keys(namespace.mutantCoverage.static) }
}

/** Whether a test fails without a mutant, too: an earlier one left something behind. A property runs for some milliseconds only. */
const isSpoiled = async (test: CollectedTest): Promise<boolean> => {
  namespace.activeMutant = undefined
  assembly = undefined
  allow(10_000)
  fc.configureGlobal({ ...settings, interruptAfterTimeLimit: 20 })
  const failure = await failureOf(test)
  fc.configureGlobal(settings)
  return failure !== undefined
}

/** The tests as they are loaded while the mutant is active; undefined where they cannot be. */
const loadedWith = async (): Promise<ReadonlyArray<CollectedTest> | undefined> => {
  try {
    const again = await load()
    return again.length === collected.length ? again : undefined
  } catch {
    return undefined
  }
}

const tryOne = async ({ mutant, isLoaded, binary, tests }: Try): Promise<Answer> => {
  assembly = binary === undefined ? undefined : new WebAssembly.Module(binary)
  Object.assign(namespace, { activeMutant: mutant, hitCount: 0, hitLimit: Infinity })
  const all = isLoaded ? await loadedWith() : collected
  if (all === undefined) return { kind: "killed", by: undefined, isSpoiled: false }
  for (const { test, milliseconds, hits } of tests) {
    Object.assign(namespace, { hitCount: 0, hitLimit: hits })
    millisecondsAllowed = milliseconds
    allow(milliseconds)
    const failure = await failureOf(all[test]!)
    if (namespace.hitCount! > hits) return { kind: "stopped" }
    if (failure !== undefined) return { kind: "killed", by: test, isSpoiled: await isSpoiled(collected[test]!) }
  }
  return { kind: "survived" }
}

const answer = async (question: Question): Promise<Answer> => {
  const said = question.kind === "load" ? await start(question) : question.kind === "measure" ? await measure() : await tryOne(question)
  Object.assign(namespace, { activeMutant: undefined })
  allow(Infinity)
  return said
}

startWatchdog()
process.on("message", async (question: Question) => process.send!(await answer(question)))
