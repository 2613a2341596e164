import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Instrumenter } from "@stryker-mutator/instrumenter"
import { mutantsOf } from "./assembly-mutants.ts"
import { REPOSITORY } from "./repository.ts"

export const ASSEMBLY = "engine/core/market/book/fast/assembly/"

/** A place in a source text; lines and columns count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** One change to a source text. */
export interface Mutation {
  readonly replacement: string
  readonly location: { readonly start: Place; readonly end: Place }
  /** For TypeScript, the name by which the instrumented code knows it. */
  readonly id: string
  /** For the assembly, where the change lies in the text. */
  readonly from?: number
  readonly to?: number
}

/** A file whose mutants are tried. */
export interface Subject {
  readonly file: string
  readonly source: string
  readonly mutations: ReadonlyArray<Mutation>
  /** TypeScript with all mutants behind a switch; undefined for the assembly, of which each mutant is compiled. */
  readonly instrumented: string | undefined
}

const read = (file: string): string => readFileSync(join(REPOSITORY, file), "utf8")

const nobody = () => {}
const silent = { trace: nobody, debug: nobody, info: nobody, warn: nobody, error: nobody, fatal: nobody, isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false, isWarnEnabled: () => false, isErrorEnabled: () => false, isFatalEnabled: () => false }

/** TypeScript files with Stryker's mutants; names of mutants are distinct among them. */
const typescript = async (names: ReadonlyArray<string>): Promise<Array<Subject>> => {
  const { files, mutants } = await new Instrumenter(silent).instrument(names.map((name) => ({ name, content: read(name), mutate: true })), { plugins: null, excludedMutations: [], ignorers: [] })
  const fromOne = ({ line, column }: Place): Place => ({ line: line + 1, column: column + 1 })
  return files.map(({ name, content }) => ({
    file: name,
    source: read(name),
    instrumented: content,
    mutations: mutants.filter(({ fileName }) => fileName === name).map(({ id, replacement, location: { start, end } }) => ({ id, replacement, location: { start: fromOne(start), end: fromOne(end) } }))
  }))
}

const assembly = (file: string): Subject => {
  const source = read(file)
  const placeOf = (at: number): Place => {
    const before = source.slice(0, at).split("\n")
    return { line: before.length, column: before.at(-1)!.length + 1 }
  }
  const mutations = mutantsOf(source).map(({ start, end, replacement }, index) => ({ id: `${file} ${index}`, replacement, from: start, to: end, location: { start: placeOf(start), end: placeOf(end) } }))
  return { file, source, mutations, instrumented: undefined }
}

export const isAssembly = (file: string): boolean => file.startsWith(ASSEMBLY)

/** Source files with their mutants: Stryker's for TypeScript, our own for the assembly; all of one kind. */
export const subjectsOf = async (files: ReadonlyArray<string>): Promise<Array<Subject>> => (files.every(isAssembly) ? files.map(assembly) : typescript(files))
