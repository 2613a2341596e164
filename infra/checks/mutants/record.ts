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
const FILE = join(FOLDER, "record.json")

/** What became of the mutants of each file, kept between runs. A file that was changed since begins anew. */
export class MutationRecord {
  readonly files: Record<string, Judgements>

  constructor() {
    const kept = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as { files: Record<string, Judgements> }).files : {}
    this.files = Object.fromEntries(Object.entries(kept).filter(([name]) => existsSync(join(REPOSITORY, name))))
  }

  /** What is known of a file's mutants as it is now. */
  of({ file, source, mutations }: Subject): Array<Judged> {
    const known = this.files[file]
    if (known?.source === source) return known.mutants
    const mutants = mutations.map((mutation): Judged => ({ ...mutation, status: "Pending" }))
    this.files[file] = { source, mutants }
    return mutants
  }

  save(): void {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(FILE, JSON.stringify({ files: this.files }))
  }

  static forget(): void {
    rmSync(FILE, { force: true })
  }
}
