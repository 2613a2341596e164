import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { Effect } from "effect"
import { DocumentRefused } from "../../documents/document-refused.ts"
import { readIntervals, type ImportedValue, type RowProblem } from "../../documents/import/read-intervals.ts"
import { readDocument } from "../../documents/table/read-document.ts"
import { say } from "../start/terminal.ts"
import { UserError } from "../user-error.ts"
import { openOperatorSession } from "./operator-session.ts"
import { planOf, recordsOfImport, type PointPlan } from "./plan-import.ts"
import { refusalsIn } from "./refusals.ts"

/** What `commonwatt import` was asked for. */
export interface ImportOptions {
  readonly file: string
  readonly data: string
  readonly world: string
  readonly layout: string | undefined
  readonly sheet: string | undefined
  readonly meteringPoint: string | undefined
  readonly points: string | undefined
  readonly who: string
  readonly preview: boolean
}

/** What an import came to; `written` is false for a preview. */
export interface ImportReport {
  readonly file: string
  readonly document: string
  readonly layout: string
  readonly written: boolean
  readonly points: ReadonlyArray<PointPlan>
}

/** Rows with a problem that are shown; the others are counted. */
const SHOWN = 20

/**
 * Imports official interval values: reads the whole document, rehearses the import on a copy of the state, shows what
 * would change, and only then submits signed commands. A row with a problem, or a command that would be refused, stops
 * everything before anything is written.
 */
export const importIntervals = Effect.fn("importIntervals")(function* (options: ImportOptions) {
  const bytes = yield* attempt(() => readFile(options.file))
  const table = yield* Effect.tryPromise({ try: () => readDocument(bytes, options.sheet), catch: asUserError })
  const session = yield* openOperatorSession(options.data, options.world)
  const { layout, values, problems } = yield* attempt(() => readIntervals(table, { timeZone: session.world.timeZone, layout: options.layout, meteringPoint: options.meteringPoint }))
  if (problems.length > 0) return yield* Effect.fail(new UserError(problemText(options.file, problems), "correct these cells or export again; nothing was written"))
  const named = yield* attempt(() => renamed(values, options.points))
  const document = new Uint8Array(createHash("sha256").update(bytes).digest())
  const records = yield* attempt(() => recordsOfImport(session.state, named, document, options.who))
  const events = session.rehearse(records)
  const refused = refusalsIn(events)
  if (refused.length > 0) return yield* Effect.fail(new UserError(`the engine would refuse this import:\n  ${[...new Set(refused)].join("\n  ")}`, "mend the document's values or times; nothing was written"))
  const points = planOf(named, events)
  show(options.file, layout, points)
  const report = { file: options.file, document: Buffer.from(document).toString("hex"), layout, points }
  if (options.preview || points.every(({ takenOver }) => takenOver === 0)) {
    say(options.preview ? "  a preview: nothing was written" : "  nothing is new: nothing was written")
    return { ...report, written: false } satisfies ImportReport as ImportReport
  }
  const count = yield* session.submit(records)
  if (count > 0) return yield* Effect.fail(new UserError(`the engine refused ${count} of ${records.length} commands: the market went on meanwhile`, "look at the data quality of the points, and give the same command again"))
  say(`  written: ${points.reduce((sum, { takenOver }) => sum + takenOver, 0)} values taken over`)
  return { ...report, written: true } satisfies ImportReport as ImportReport
})

const readFile = (file: string): Uint8Array => {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new UserError(`the document ${file} cannot be read (${(cause as Error).message})`, "name the file by --file FILE")
  }
}

const asUserError = (cause: unknown): UserError => {
  if (cause instanceof UserError) return cause
  return cause instanceof DocumentRefused ? new UserError(cause.message, `${cause.mend}; nothing was written`) : new UserError(`the document cannot be read (${String(cause)})`, "open it in a spreadsheet program and save it as CSV; nothing was written")
}
const attempt = <A>(work: () => A) => Effect.try({ try: work, catch: asUserError })

/** Our names for theirs, from a JSON file. */
const renamed = (values: ReadonlyArray<ImportedValue>, file: string | undefined): ReadonlyArray<ImportedValue> => {
  if (file === undefined) return values
  const names: unknown = JSON.parse(Buffer.from(readFile(file)).toString("utf8"))
  if (typeof names !== "object" || names === null || !Object.values(names).every((name) => typeof name === "string")) {
    throw new UserError(`${file} is no list of names`, 'write {"theirs": "ours", ...}')
  }
  const ours = new Map(Object.entries(names as Record<string, string>))
  return values.map((value) => ({ ...value, meteringPoint: ours.get(value.meteringPoint) ?? value.meteringPoint }))
}

const problemText = (file: string, problems: ReadonlyArray<RowProblem>): string => {
  const lines = problems.slice(0, SHOWN).map(({ row, column, value, problem }) => `  row ${row}, column ${column}: ${problem}${value === "" ? "" : ` ("${value}")`}`)
  const rest = problems.length > SHOWN ? [`  ... and ${problems.length - SHOWN} more`] : []
  return [`${file} has ${problems.length} rows that cannot be used:`, ...lines, ...rest].join("\n")
}

const kilowattHours = (wattHours: number): string => (wattHours / 1_000).toFixed(3)

const show = (file: string, layout: string, points: ReadonlyArray<PointPlan>): void => {
  say(`${file}, layout ${layout}:`)
  for (const { meteringPoint, from, to, periods, gaps, officialWh, deviceWh, takenOver, unchanged, flags } of points) {
    say(`  ${meteringPoint}: ${from} to ${to}, ${periods} periods${gaps === 0 ? "" : `, ${gaps} left out`}, ${kilowattHours(officialWh)} kWh (the device counted ${kilowattHours(deviceWh)})`)
    say(`    ${takenOver} taken over, ${unchanged} unchanged${flags.length === 0 ? "" : `; flagged: ${flags.join(", ")}`}`)
  }
}
