/** A mutant that no test killed, or that no test even ran. */
export interface Survivor {
  readonly file: string
  readonly line: number
  /** The code that was changed, and into what, each on one line. */
  readonly original: string
  readonly replacement: string
}

/** Why a survivor does what the original does: no test can tell them apart. */
export interface Explained {
  readonly file: string
  readonly original: string
  readonly replacement: string
  readonly why: string
}

/** A part of Stryker's report (mutation-testing-report-schema, version 2). */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: ReadonlyArray<Mutant> }>>
}
interface Place {
  readonly line: number
  readonly column: number
}
interface Mutant {
  readonly status: string
  readonly replacement?: string
  readonly location: { readonly start: Place; readonly end: Place }
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

/** The source between two places; lines and columns count from 1, the end is excluded. */
const cut = (source: string, { start, end }: Mutant["location"]): string => {
  const lines = source.split("\n").slice(start.line - 1, end.line)
  lines[lines.length - 1] = lines.at(-1)!.slice(0, end.column - 1)
  lines[0] = lines[0]!.slice(start.column - 1)
  return lines.join("\n")
}

export const survivorsOf = (report: Report): Array<Survivor> =>
  Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map(({ location, replacement = "" }) => ({ file, line: location.start.line, original: oneLine(cut(source, location)), replacement: oneLine(replacement) }))
  )

const isSame = (left: Omit<Explained, "why">, right: Omit<Explained, "why">): boolean => left.file === right.file && left.original === right.original && left.replacement === right.replacement

/** Survivors that nobody has explained yet, and explanations whose mutant is no survivor any more. */
export const compare = (survivors: ReadonlyArray<Survivor>, explained: ReadonlyArray<Explained>, files: ReadonlySet<string>) => ({
  unexplained: survivors.filter((one) => !explained.some((other) => isSame(one, other))),
  outdated: explained.filter((one) => files.has(one.file) && !survivors.some((other) => isSame(one, other)))
})

/** Counts for the record: how many mutants were made of each file, and what became of them. */
export const countsOf = (report: Report) =>
  Object.entries(report.files)
    .toSorted(([left], [right]) => left.localeCompare(right))
    .map(([file, { mutants }]) => {
      const count = (...statuses: ReadonlyArray<string>) => mutants.filter(({ status }) => statuses.includes(status)).length
      return { file, mutants: count("Killed", "Timeout", "RuntimeError", "Survived", "NoCoverage"), killed: count("Killed", "RuntimeError"), timedOut: count("Timeout"), survived: count("Survived", "NoCoverage"), waiting: count("Pending") }
    })
