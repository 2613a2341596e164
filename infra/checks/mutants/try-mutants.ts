import { join } from "node:path"
import { compileChanged } from "./compile.ts"
import type { Measured, Start, Try } from "./messages.ts"
import { TestOrder } from "./order.ts"
import type { Judged } from "./record.ts"
import { REPOSITORY } from "./repository.ts"
import { type Subject } from "./subject.ts"
import { testFilesFor } from "./tests.ts"
import { startTrial, type Said, type TrialProcess } from "./trial-process.ts"

/** The tests do not pass without any mutant, or cannot be loaded: no verdict would mean anything. */
export class Unsound extends Error {}

const COUNT_COVERAGE = /stryCov_9fa48 = cover;\s*cover\.apply\(null, arguments\);/
/** The instrumented code as trials run it: what each test covers was seen before. */
const withoutCoverage = (text: string): string => text.replace(COUNT_COVERAGE, "stryCov_9fa48 = () => {};")

const startOf = (subjects: ReadonlyArray<Subject>, change: (text: string) => string): Start => ({
  kind: "load",
  replaced: new Map(subjects.flatMap(({ file, instrumented }) => (instrumented === undefined ? [] : [[join(REPOSITORY, file), change(instrumented)]]))),
  testFiles: testFilesFor(subjects[0]!.file)
})

/** Tries mutants of some files in processes that keep the tests loaded. */
export class Trials {
  private readonly start: Start
  private readonly order: TestOrder
  private readonly measured: ReadonlyArray<Measured>
  private readonly whileLoading: ReadonlySet<string>
  private trial: TrialProcess | undefined
  private loadings = 0

  private constructor(start: Start, measured: ReadonlyArray<Measured>, whileLoading: ReadonlyArray<string>) {
    this.start = start
    this.measured = measured
    this.whileLoading = new Set(whileLoading)
    this.order = new TestOrder(measured)
  }

  /** Runs every test once without a mutant. Throws Unsound. */
  static async of(subjects: ReadonlyArray<Subject>): Promise<Trials> {
    const { trial, said } = await startTrial(startOf(subjects, (text) => text))
    const measured = said.kind === "loaded" ? await trial.ask({ kind: "measure" }) : said
    trial.end()
    if (measured.kind !== "measured") throw new Unsound(measured.kind === "failed to load" ? measured.failure : measured.kind)
    const failed = measured.tests.find(({ failure }) => failure !== undefined)
    if (failed !== undefined) throw new Unsound(`${failed.name}: ${failed.failure}`)
    return new Trials(startOf(subjects, withoutCoverage), measured.tests, measured.whileLoading)
  }

  /** Processor time of all tests, in milliseconds. */
  get milliseconds(): number {
    return this.measured.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  }

  end(): void {
    this.trial?.end()
    this.trial = undefined
  }

  /** Sets the mutant's status. */
  async judge({ file, source, instrumented }: Subject, mutant: Judged): Promise<void> {
    const { id, from, to, replacement } = mutant
    if (instrumented !== undefined) return this.judgeById(mutant)
    const binary = await compileChanged({ file: file.slice("engine/core/market/book/".length), source: source.slice(0, from) + replacement + source.slice(to) })
    if (binary === undefined) mutant.status = "CompileError"
    else await this.ask(mutant, { kind: "try", mutant: id, isLoaded: false, binary, tests: this.order.for(undefined) })
  }

  private async judgeById(mutant: Judged): Promise<void> {
    const { id } = mutant
    const tests = this.order.for(id)
    mutant.status = "Survived"
    if (tests.length > 0) await this.ask(mutant, { kind: "try", mutant: id, isLoaded: false, binary: undefined, tests })
    if (mutant.status === "Survived" && this.whileLoading.has(id)) await this.ask(mutant, { kind: "try", mutant: id, isLoaded: true, binary: undefined, tests: this.order.for(undefined) })
  }

  /** Asks the process that is there; a second one where the first was spoiled by earlier mutants. */
  private async ask(mutant: Judged, question: Try, isAgain = false): Promise<void> {
    if (this.trial === undefined) {
      const { trial, said } = await startTrial(this.start)
      if (said.kind !== "loaded") throw new Unsound(`the tests were loaded before, and now: ${said.kind}`)
      if (said.tests.join() !== this.measured.map(({ name }) => name).join()) throw new Unsound("tests were changed while mutants were tried: run the command again")
      this.trial = trial
    }
    const said = await this.trial.ask(question)
    // What was loaded stays in memory.
    const isFull = question.isLoaded && ++this.loadings % 40 === 0
    if (said.kind === "ended" || isFull || (said.kind === "killed" && said.isSpoiled)) this.end()
    if (said.kind === "killed" && said.isSpoiled && !isAgain) return this.ask(mutant, question, true)
    this.settle(mutant, said)
  }

  private settle(mutant: Judged, said: Said): void {
    mutant.status = said.kind === "killed" ? "Killed" : said.kind === "survived" ? "Survived" : "Timeout"
    delete mutant.by
    if (said.kind !== "killed") return
    if (said.by !== undefined) this.order.killed(said.by)
    mutant.by = said.by === undefined ? "the tests cannot be loaded" : this.measured[said.by]!.name
  }
}
