import { compileSources } from "./compile.ts"
import type { Mutant } from "./assembly-mutants.ts"

/** A mutant with the number by which the compiled module knows it; 0 is none. */
export interface Numbered extends Mutant {
  readonly number: number
}

const SWITCH = "fast/assembly/switch.ts"
const INDEX = "fast/assembly/index.ts"
const IMPORT = `import { activeMutant } from "./switch.ts"\n`

/** Mutants of one place in the source. */
interface Range {
  readonly start: number
  readonly end: number
  readonly mutants: ReadonlyArray<Numbered>
}

const rangesOf = (mutants: ReadonlyArray<Numbered>): Array<Range> =>
  [...Map.groupBy(mutants, ({ start, end }) => `${start} ${end}`).values()]
    .map((group) => ({ start: group[0]!.start, end: group[0]!.end, mutants: group }))
    .toSorted((left, right) => left.start - right.start || right.end - left.end)

/** The code of a place asks which mutant is active; a statement that a mutant leaves out becomes a block. */
const choose = (inner: string, mutants: ReadonlyArray<Numbered>): string => {
  const expressions = mutants.filter(({ replacement }) => replacement !== ";")
  const chosen = expressions.reduce((code, { number, replacement }) => `(activeMutant == ${number} ? (${replacement}) : ${code})`, expressions.length === 0 ? inner : `(${inner})`)
  const leftOut = mutants.find(({ replacement }) => replacement === ";")
  return leftOut === undefined ? chosen : `{ if (activeMutant != ${leftOut.number}) ${chosen} }`
}

/** The source with all these mutants behind a switch; places lie within each other or apart. */
export const switched = (source: string, mutants: ReadonlyArray<Numbered>): string => {
  const ranges = rangesOf(mutants)
  let next = 0
  const render = (from: number, to: number): string => {
    let text = ""
    let at = from
    for (let range = ranges[next]; range !== undefined && range.end <= to; range = ranges[next]) {
      next++
      text += source.slice(at, range.start) + choose(render(range.start, range.end), range.mutants)
      at = range.end
    }
    return text + source.slice(at, to)
  }
  return IMPORT + render(0, source.length)
}

const compile = (file: string, source: string, mutants: ReadonlyArray<Numbered>, index: string): Promise<Uint8Array | undefined> =>
  compileSources(
    new Map([
      [INDEX, `${file === INDEX ? switched(index, mutants) : IMPORT + index}\nexport { activeMutant }\n`],
      [SWITCH, "export let activeMutant: i32 = 0\n"],
      ...(file === INDEX ? [] : ([[file, switched(source, mutants)]] as const))
    ])
  )

/** A module that holds some mutants. */
export interface SwitchedModule {
  readonly binary: Uint8Array
  readonly mutants: ReadonlyArray<Numbered>
}

/** Whether a mutant changes what a file's own names begin with. That is worked out as a module starts, before anybody says which mutant is active: behind a switch it would never be. */
const isOfStart = (source: string, { start }: Mutant): boolean => /^(export )?(const|let) /.test(source.slice(source.lastIndexOf("\n", start) + 1))

/**
 * Modules that hold all mutants of a file between them that can be behind a switch: none of what the file's own names begin with, nor what
 * the compiler wants to be constant (offsets of loads and stores), which is found by halving. The others need modules of
 * their own.
 */
export const switchedModules = (file: string, source: string, mutants: ReadonlyArray<Numbered>, index: string): Promise<Array<SwitchedModule>> =>
  halved(file, source, mutants.filter((mutant) => !isOfStart(source, mutant)), index)

const halved = async (file: string, source: string, mutants: ReadonlyArray<Numbered>, index: string): Promise<Array<SwitchedModule>> => {
  if (mutants.length === 0) return []
  const binary = await compile(file, source, mutants, index)
  if (binary !== undefined) return [{ binary, mutants }]
  if (mutants.length === 1) return []
  const half = mutants.length >> 1
  return [...(await halved(file, source, mutants.slice(0, half), index)), ...(await halved(file, source, mutants.slice(half), index))]
}
