import { readdirSync, readFileSync } from "node:fs"
import { Schema } from "effect"
import { DocumentRefused } from "../document-refused.ts"

const names = Schema.NonEmptyArray(Schema.String)
const Quality = Schema.Literals(["measured", "calculated", "substitute", "provisional", "missing"])

/** How a portal lays its export out: data, so that a new portal is a new file. Headers are compared without case and spaces. */
const LayoutFile = Schema.Struct({
  name: Schema.String,
  about: Schema.String,
  decimal: Schema.Literals([",", "."]),
  unit: Schema.Literals(["kWh", "Wh"]),
  /** Whether a row names its period by its start or its end. */
  names: Schema.Literals(["start", "end"]),
  /** Headers of the column with the time, or with the date where `clock` has a column of its own. */
  time: names,
  clock: Schema.optional(names),
  /** Where the metering point stands: in a column, in a label row above each column, or once above the table. */
  point: Schema.Union([Schema.Struct({ column: names }), Schema.Struct({ label: names }), Schema.Struct({ preamble: names })]),
  /** The column of values; or every column whose label row matches. */
  values: Schema.Union([Schema.Struct({ column: names }), Schema.Struct({ label: names, matches: Schema.String })]),
  quality: Schema.optional(
    Schema.Struct({ column: Schema.optional(names), nextColumn: Schema.optional(names), words: Schema.Record(Schema.String, Quality) })
  )
})
export type Layout = typeof LayoutFile.Type

const folder = new URL("./", import.meta.url)

/** Every layout of the repository, by name. */
export const loadLayouts = (): ReadonlyMap<string, Layout> => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json")).sort()
  return new Map(files.map((file) => [file.slice(0, -".json".length), readLayout(file, readFileSync(new URL(file, folder), "utf8"))]))
}

/** A layout from its text; an error names file and field. */
export const readLayout = (file: string, text: string): Layout => {
  const mend = "correct the layout; the others beside it are examples"
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new DocumentRefused(`the layout ${file} is not JSON (${(cause as Error).message})`, mend)
  }
  const decoded = Schema.decodeUnknownExit(LayoutFile)(value, { errors: "first", onExcessProperty: "error" })
  if (decoded._tag === "Failure") throw new DocumentRefused(`the layout ${file}: ${String(decoded.cause)}`, mend)
  if ("matches" in decoded.value.values) checkPattern(file, decoded.value.values.matches)
  return decoded.value
}

const checkPattern = (file: string, pattern: string): RegExp => {
  try {
    return new RegExp(pattern)
  } catch (cause) {
    throw new DocumentRefused(`the layout ${file}: values.matches is no pattern (${(cause as Error).message})`, "correct the layout")
  }
}
