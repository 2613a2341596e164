import { join } from "node:path"
import { AssemblyMutants } from "./assembly-modules.ts"
import { compileSources } from "./compile.ts"
import type { Measured, Start, Try } from "./messages.ts"
import { TestOrder } from "./order.ts"
import type { Judged } from "./record.ts"
import { REPOSITORY } from "./repository.ts"
import { type Subject } from "./subject.ts"
import { testFilesFor } from "./tests.ts"
import { startTrial, type Said, type TrialProcess } from "./trial-process.ts"

/** The tests do not pass without any mutant, or cannot be loaded: no verdict would mean anything. */
export class Unsound extends Error {}

const COVER = "function cover() {"
/** The instrumented code counts mutants only while `isCounting`: what each test covers is asked once. It always counts its calls: an endless loop ends by their number. */
const counting = (text: string): string => text.replace(COVER, `${COVER} if (++ns.calls > ns.callLimit) throw new Error("a loop without an end"); if (!ns.isCounting) return;`)

const startOf = (subjects: ReadonlyArray<Subject>): Start => ({
  kind: "load",
  replaced: new Map(subjects.flatMap(({ file, instrumented }) => (instrumented === undefined ? [] : [[join(REPOSITORY, file), counting(instrumented)]]))),
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
  private assembly: AssemblyMutants | undefined

  private constructor(start: Start, trial: TrialProcess, measured: ReadonlyArray<Measured>, whileLoading: ReadonlyArray<string>) {
    this.start = start
    this.trial = trial
    this.measured = measured
    this.whileLoading = new Set(whileLoading)
    this.order = new TestOrder(measured)
  }

  /** Runs every test once without a mutant. Throws Unsound. */
  static async of(subjects: ReadonlyArray<Subject>): Promise<Trials> {
    const start = startOf(subjects)
    const { trial, said } = await startTrial(start)
    const measured = said.kind === "loaded" ? await trial.ask({ kind: "measure" }) : said
    if (measured.kind === "measured") {
      const failed = measured.tests.find(({ failure }) => failure !== undefined)
      if (failed === undefined) return new Trials(start, trial, measured.tests, measured.whileLoading)
    }
    trial.end()
    throw new Unsound(JSON.stringify(measured.kind === "measured" ? measured.tests.filter(({ failure }) => failure !== undefined) : measured))
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
  async judge({ file, source, mutations, instrumented }: Subject, mutant: Judged): Promise<void> {
    if (instrumented !== undefined) return this.judgeById(mutant)
    if (this.assembly === undefined) await this.checkUnchanged()
    if (this.assembly?.file !== file) this.assembly = await AssemblyMutants.of(file, source, mutations)
    const assembly = await this.assembly.compiled(mutant)
    if (assembly === undefined) mutant.status = "CompileError"
    else await this.ask(mutant, { kind: "try", mutant: mutant.id, isLoaded: false, assembly, tests: this.order.for(undefined) })
  }

  /** A test that fails with the unchanged assembly, only because it is compiled as mutants are, would find every mutant. Throws Unsound. */
  private async checkUnchanged(): Promise<void> {
    const binary = await compileSources(new Map())
    if (binary === undefined) throw new Unsound("the assembly cannot be compiled")
    const said = await this.say({ kind: "try", mutant: "none", isLoaded: false, assembly: { binary, number: 0 }, tests: this.order.for(undefined) })
    if (said.kind === "survived") return
    throw new Unsound(`with the unchanged assembly, compiled as mutants are: ${said.kind}${said.kind === "killed" && said.by !== undefined ? ` by ${this.measured[said.by]!.name}` : ""}`)
  }

  private async judgeById(mutant: Judged): Promise<void> {
    const { id } = mutant
    const tests = this.order.for(id)
    mutant.status = "Survived"
    if (tests.length > 0) await this.ask(mutant, { kind: "try", mutant: id, isLoaded: false, assembly: undefined, tests })
    if (mutant.status === "Survived" && this.whileLoading.has(id)) await this.ask(mutant, { kind: "try", mutant: id, isLoaded: true, assembly: undefined, tests: this.order.for(undefined) })
  }

  private async ask(mutant: Judged, question: Try): Promise<void> {
    this.settle(mutant, await this.say(question))
  }

  /** Asks the process that is there; a second one where the first was spoiled by earlier mutants. */
  private async say(question: Try, isAgain = false): Promise<Said> {
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
    if (said.kind === "killed" && said.isSpoiled && !isAgain) return this.say(question, true)
    return said
  }

  private settle(mutant: Judged, said: Said): void {
    mutant.status = said.kind === "killed" ? "Killed" : said.kind === "survived" ? "Survived" : "Timeout"
    delete mutant.by
    if (said.kind !== "killed") return
    if (said.by !== undefined) this.order.killed(said.by)
    mutant.by = said.by === undefined ? "the tests cannot be loaded" : this.measured[said.by]!.name
  }
}
