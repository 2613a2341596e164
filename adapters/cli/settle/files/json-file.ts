import { readFileSync, statSync } from "node:fs"
import { Schema, SchemaIssue } from "effect"
import { linesOfFields } from "../../../modbus/profiles/locate-field.ts"
import { UserError } from "../../user-error.ts"
import { lineOfJsonError } from "../../world/json-error-line.ts"

const guide = "correct the file; docs/guides/settlement-files.md describes every field"

/** Largest input file: the values of 1,000 metering points for a year take about 160 MB. */
const MOST_BYTES = 512 * 2 ** 20

/** Bytes of an input file; a UserError says which one cannot be read. */
export const readInput = (file: string, option: string): Buffer => {
  try {
    if (statSync(file).size > MOST_BYTES) throw new UserError(`${file} is larger than ${MOST_BYTES / 2 ** 20} MiB`, "settle a shorter time, or fewer metering points, at a time")
    return readFileSync(file)
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    throw new UserError(`${file} cannot be read (${(cause as Error).message})`, `name an existing file by ${option}`)
  }
}

/** A JSON file that fits a schema, and an error that names file, line and field of whatever else is wrong with it. */
export interface JsonFile<A> {
  readonly value: A
  readonly problem: (path: string, text: string) => UserError
}

/** Reads JSON by a schema; unknown fields are refused, so that a misspelt one is not passed over. */
export const readJson = <A>(file: string, bytes: Uint8Array, schema: Schema.Codec<A, unknown>): JsonFile<A> => {
  const text = new TextDecoder().decode(bytes)
  const lines = linesIfJson(file, text)
  const problem = (path: string, reason: string): UserError => new UserError(`${file}, line ${lineOf(lines, path)}: ${path === "" ? "" : `${path}: `}${reason}`, guide)
  const decoded = Schema.decodeUnknownExit(schema)(JSON.parse(text), { errors: "first", onExcessProperty: "error" })
  if (decoded._tag === "Success") return { value: decoded.value, problem }
  const issue = issueOf(decoded.cause)
  const first = issue === undefined ? undefined : SchemaIssue.makeFormatterStandardSchemaV1()(issue).issues[0]
  throw problem(pathOf(first?.path ?? []), first?.message ?? "does not fit the format")
}

const linesIfJson = (file: string, text: string): ReadonlyMap<string, number> => {
  try {
    JSON.parse(text)
  } catch (cause) {
    throw new UserError(`${file}, line ${lineOfJsonError(text)}: not JSON (${(cause as Error).message})`, guide)
  }
  return linesOfFields(text)
}

const pathOf = (parts: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>): string =>
  parts.reduce<string>((path, part) => {
    const key = typeof part === "object" ? part.key : part
    return typeof key === "number" ? `${path}[${key}]` : `${path}${path === "" ? "" : "."}${String(key)}`
  }, "")

/** Line of the field, or of the nearest one around it that the file has. */
const lineOf = (lines: ReadonlyMap<string, number>, path: string): number => {
  for (let rest = path; rest !== ""; rest = rest.slice(0, Math.max(0, Math.max(rest.lastIndexOf("."), rest.lastIndexOf("["))))) {
    const line = lines.get(rest)
    if (line !== undefined) return line
  }
  return 1
}

const issueOf = (cause: unknown): SchemaIssue.Issue | undefined => {
  const reasons = (cause as { reasons?: ReadonlyArray<{ error?: { issue?: SchemaIssue.Issue } | SchemaIssue.Issue }> }).reasons ?? []
  for (const { error } of reasons) {
    if (error === undefined) continue
    return "issue" in error && error.issue !== undefined ? error.issue : (error as SchemaIssue.Issue)
  }
  return undefined
}
