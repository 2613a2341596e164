// A process that keeps the tests loaded and tries mutants, one after the other. It may hang: then it is ended. Talks to trial-process.ts.
import fc from "fast-check"
import type { CollectedTest } from "./collector.ts"
import type { Answer, Measured, Question, Start, Try } from "./messages.ts"
import { Modules } from "./modules.ts"
import { allow, processorTime, startWatchdog } from "./time-limit.ts"

/** What the instrumented code reads and writes: Stryker's names, and the two that try-mutants.ts adds. */
const namespace: { activeMutant: string | undefined; currentTestId: string | undefined; isCounting: boolean; calls: number; callLimit: number; mutantCoverage: { static: Record<string, number>; perTest: Record<string, Record<string, number>> } } = {
  activeMutant: undefined,
  currentTestId: undefined,
  isCounting: true,
  calls: 0,
  callLimit: Infinity,
  mutantCoverage: { static: {}, perTest: {} }
}
Object.assign(globalThis, { __stryker__: namespace })

let modules: Modules | undefined
let collected: ReadonlyArray<CollectedTest> = []
let millisecondsAllowed = Infinity

/** Stands in place of the compiled assembly; it may hold many mutants, of which one is active. */
let assembly: { readonly module: object; readonly number: number } | undefined
interface Assemblies {
  readonly Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports?: object) => { readonly exports: { readonly activeMutant?: { value: number } } }
}
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Assemblies }
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module: object, imports?: object) {
    super(assembly?.module ?? module, imports)
    if (this.exports.activeMutant !== undefined) this.exports.activeMutant.value = assembly!.number
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
    namespace.calls = 0
    const before = processorTime()
    const failure = await failureOf(test)
    tests.push({ name: test.name, milliseconds: processorTime() - before, calls: namespace.calls, mutants: Object.keys(namespace.mutantCoverage.perTest[id] ?? {}), failure: failure === undefined ? undefined : textOf(failure) })
  }
  namespace.isCounting = false
  return { kind: "measured", tests, whileLoading: Object.keys(namespace.mutantCoverage.static) }
}

/** Whether a test fails without a mutant, too: an earlier one left something behind. A property runs for some milliseconds only. */
const isSpoiled = async (test: CollectedTest): Promise<boolean> => {
  Object.assign(namespace, { activeMutant: undefined, callLimit: Infinity })
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

let compiled: { readonly binary: Uint8Array; readonly module: object } | undefined
/** Most mutants lie in the module of the mutant before. */
const moduleOf = (binary: Uint8Array): object => {
  if (compiled === undefined || Buffer.compare(compiled.binary, binary) !== 0) compiled = { binary, module: new WebAssembly.Module(binary) }
  return compiled.module
}

const tryOne = async ({ mutant, isLoaded, assembly: given, tests }: Try): Promise<Answer> => {
  assembly = given === undefined ? undefined : { module: moduleOf(given.binary), number: given.number }
  Object.assign(namespace, { activeMutant: mutant, isCounting: false, callLimit: Infinity })
  const all = isLoaded ? await loadedWith() : collected
  if (all === undefined) return { kind: "killed", by: undefined, isSpoiled: false }
  for (const { test, milliseconds, calls } of tests) {
    Object.assign(namespace, { calls: 0, callLimit: calls })
    millisecondsAllowed = milliseconds
    allow(milliseconds)
    const failure = await failureOf(all[test]!)
    if (namespace.calls > calls) return { kind: "stopped" }
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
// Whoever asked is gone.
process.on("disconnect", () => process.exit())
process.on("message", async (question: Question) => process.send!(await answer(question)))
