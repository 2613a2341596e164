import { readFileSync } from "node:fs"
import { Schema, SchemaIssue } from "effect"
import { linesOfFields } from "../../modbus/profiles/locate-field.ts"
import { UserError } from "../user-error.ts"
import { lineOfJsonError } from "./json-error-line.ts"

/** A JSON file that people write: what it is called, and where it is described. */
export interface CheckedKind {
  /** Such as "the world file". */
  readonly what: string
  /** What to do where the file cannot be read. */
  readonly mendUnreadable: string
  /** What to do where its content is wrong. */
  readonly mendContent: string
}

/** A checked file: its value, and an error at any of its fields. */
export interface CheckedFile<A> {
  readonly value: A
  readonly fail: (field: string, text: string) => never
}

/** Reads a JSON file and checks it against a schema; an error is a UserError that names file, line and field. */
export const readChecked = <A>(schema: Schema.Codec<A, any>, file: string, kind: CheckedKind): CheckedFile<A> => {
  const failAt = (line: number, text: string): never => {
    throw new UserError(`${kind.what} ${file}, line ${line}: ${text}`, kind.mendContent)
  }
  const text = readText(file, kind)
  const json = parse(text, failAt)
  const lines = linesOfFields(text)
  const decoded = Schema.decodeUnknownExit(schema)(json, { errors: "first", onExcessProperty: "error" })
  if (decoded._tag === "Failure") return failAt(...locate(decoded.cause, lines))
  return { value: decoded.value, fail: (field, problem) => failAt(lines.get(field) ?? 1, `${field}: ${problem}`) }
}

const readText = (file: string, { what, mendUnreadable }: CheckedKind): string => {
  try {
    return readFileSync(file, "utf8")
  } catch (cause) {
    throw new UserError(`${what} ${file} cannot be read (${(cause as Error).message})`, mendUnreadable)
  }
}

const parse = (text: string, failAt: (line: number, text: string) => never): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    return failAt(lineOfJsonError(text), `not JSON (${(cause as Error).message})`)
  }
}

/** Line and message of the first issue: the longest path that the file really has. */
const locate = (cause: unknown, lines: ReadonlyMap<string, number>): [line: number, text: string] => {
  const issue = findIssue(cause)
  const first = issue === undefined ? undefined : SchemaIssue.makeFormatterStandardSchemaV1()(issue).issues[0]
  const path = (first?.path ?? []).map((part) => (typeof part === "object" ? part.key : part))
  let field = ""
  let line = 1
  for (const part of path) {
    field += typeof part === "number" ? `[${part}]` : `${field === "" ? "" : "."}${String(part)}`
    line = lines.get(field) ?? line
  }
  return [line, `${field}: ${first?.message ?? "not of the form that is described"}`]
}

const findIssue = (cause: unknown): SchemaIssue.Issue | undefined => {
  const reasons = (cause as { reasons?: ReadonlyArray<{ error?: { issue?: SchemaIssue.Issue } | SchemaIssue.Issue }> }).reasons ?? []
  for (const { error } of reasons) {
    if (error === undefined) continue
    return "issue" in error && error.issue !== undefined ? error.issue : (error as SchemaIssue.Issue)
  }
  return undefined
}
