import type { Judged, Judgements } from "./record.ts"
import type { Mutation } from "./subject.ts"

/** A change to a source as people read it, each text on one line. */
export interface Change {
  readonly file: string
  /** The line in which it begins. */
  readonly at: string
  readonly original: string
  readonly replacement: string
}

/** A mutant that no test killed, or that no test even ran. */
export interface Survivor extends Change {
  readonly line: number
}

/** Why a survivor does what the original does: no test can tell them apart. */
export interface Explained extends Change {
  readonly why: string
}

export type Files = Readonly<Record<string, Judgements>>

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

/** The source between two places. */
const cut = (source: string, { start, end }: Mutation["location"]): string => {
  const lines = source.split("\n").slice(start.line - 1, end.line)
  lines[lines.length - 1] = lines.at(-1)!.slice(0, end.column - 1)
  lines[0] = lines[0]!.slice(start.column - 1)
  return lines.join("\n")
}

export const changeOf = (file: string, source: string, { location, replacement }: Mutation): Change => ({
  file, at: oneLine(source.split("\n")[location.start.line - 1]!), original: oneLine(cut(source, location)), replacement: oneLine(replacement)
})

export const survivorsOf = (files: Files): Array<Survivor> =>
  Object.entries(files).flatMap(([file, { source, mutants }]) => mutants.filter(({ status }) => status === "Survived").map((mutant) => ({ ...changeOf(file, source, mutant), line: mutant.location.start.line })))

export const isSame = (left: Change, right: Change): boolean => left.file === right.file && left.at === right.at && left.original === right.original && left.replacement === right.replacement

/** Survivors that nobody has explained yet, and explanations whose mutant is no survivor any more. */
export const compare = (survivors: ReadonlyArray<Survivor>, explained: ReadonlyArray<Explained>, files: ReadonlySet<string>) => ({
  unexplained: survivors.filter((one) => !explained.some((other) => isSame(one, other))),
  outdated: explained.filter((one) => files.has(one.file) && !survivors.some((other) => isSame(one, other)))
})

/** How many mutants of each file were tried, and what became of them; one that does not compile is none. */
export const countsOf = (files: Files) =>
  Object.entries(files)
    .toSorted(([left], [right]) => left.localeCompare(right))
    .map(([file, { mutants }]) => {
      const count = (...statuses: ReadonlyArray<Judged["status"]>) => mutants.filter(({ status }) => statuses.includes(status)).length
      return { file, tried: count("Killed", "Timeout", "Survived"), killed: count("Killed"), stopped: count("Timeout"), survived: count("Survived") }
    })
