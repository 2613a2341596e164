import { readFileSync } from "node:fs"
import { join } from "node:path"
import { compileSources } from "./compile.ts"
import type { Try } from "./messages.ts"
import { REPOSITORY } from "./repository.ts"
import type { Mutation } from "./subject.ts"
import { switchedModules, type SwitchedModule } from "./switched-assembly.ts"

const BOOK = "engine/core/market/book/"

/** The compiled mutants of one file of the assembly. */
export class AssemblyMutants {
  readonly file: string
  private readonly source: string
  private readonly modules: ReadonlyArray<SwitchedModule>

  private constructor(file: string, source: string, modules: ReadonlyArray<SwitchedModule>) {
    this.file = file
    this.source = source
    this.modules = modules
  }

  static async of(file: string, source: string, mutations: ReadonlyArray<Mutation>): Promise<AssemblyMutants> {
    const index = readFileSync(join(REPOSITORY, BOOK, "fast/assembly/index.ts"), "utf8")
    const numbered = mutations.map(({ from, to, replacement }, place) => ({ start: from!, end: to!, replacement, number: place + 1 }))
    return new AssemblyMutants(file, source, await switchedModules(file.slice(BOOK.length), source, numbered, index))
  }

  /** A module with the mutant, of its own where it cannot be behind a switch; undefined where the compiler refuses it. */
  async compiled({ from, to, replacement }: Mutation): Promise<Try["assembly"]> {
    for (const { binary, mutants } of this.modules) {
      const found = mutants.find((one) => one.start === from && one.end === to && one.replacement === replacement)
      if (found !== undefined) return { binary, number: found.number }
    }
    const binary = await compileSources(new Map([[this.file.slice(BOOK.length), this.source.slice(0, from) + replacement + this.source.slice(to)]]))
    return binary === undefined ? undefined : { binary, number: 0 }
  }
}
