import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { REPOSITORY } from "./repository.ts"
import type { Mutation, Subject } from "./subject.ts"

export type Status = "Pending" | "Killed" | "Survived" | "Timeout" | "CompileError"

export interface Judged extends Mutation {
  status: Status
  /** The test that killed it. */
  by?: string
}

export interface Judgements {
  readonly source: string
  readonly mutants: Array<Judged>
}

const FOLDER = join(REPOSITORY, ".commonwatt/mutants")
const nameOf = (file: string): string => join(FOLDER, `${file.replaceAll("/", "+")}.json`)

/** What became of the mutants of each file, kept between runs, a file each. A source that was changed since begins anew. */
export class MutationRecord {
  readonly files: Record<string, Judgements> = {}

  /** Of those sources that were tried. */
  constructor(sources: ReadonlyArray<string>) {
    for (const file of sources) if (existsSync(nameOf(file))) this.files[file] = JSON.parse(readFileSync(nameOf(file), "utf8")) as Judgements
  }

  /** What is known of a file's mutants as it is now. */
  of({ file, source, mutations }: Subject): Array<Judged> {
    const known = this.files[file]?.source === source ? this.files[file].mutants : []
    // One source gives the same mutants in the same order; their names depend on the files beside it.
    const mutants = mutations.map((mutation, index): Judged => ({ status: "Pending", ...known[index], ...mutation }))
    this.files[file] = { source, mutants }
    return mutants
  }

  save(file: string): void {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(nameOf(file), JSON.stringify(this.files[file]))
  }

  static forget(): void {
    rmSync(FOLDER, { recursive: true, force: true })
  }
}
