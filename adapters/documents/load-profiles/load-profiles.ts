import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { DocumentRefused } from "../document-refused.ts"

const number = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })))
const listOf = (length: number) => Schema.Array(number).pipe(Schema.check(Schema.isMinLength(length), Schema.isMaxLength(length)))

const ProfileFile = Schema.Struct({
  source: Schema.String,
  about: Schema.String,
  dynamised: Schema.Array(Schema.String),
  dynamics: listOf(366),
  profiles: Schema.Record(Schema.String, listOf(3_456))
})

/** A standard load profile as the core takes it. */
export interface StandardProfile {
  readonly energies: ReadonlyArray<number>
  readonly dynamics: ReadonlyArray<number>
}

const bdew = new URL("./bdew-2025.json", import.meta.url)

/** The standard load profiles of a file by name; those of BDEW 2025 where none is named. Throws {@link DocumentRefused}. */
export const loadStandardProfiles = (file: string | URL = bdew): ReadonlyMap<string, StandardProfile> => {
  const mend = "adapters/documents/load-profiles/README.md describes the form"
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, "utf8"))
  } catch (cause) {
    throw new DocumentRefused(`the load profiles ${String(file)} cannot be read (${(cause as Error).message})`, mend)
  }
  const decoded = Schema.decodeUnknownExit(ProfileFile)(value, { errors: "first", onExcessProperty: "error" })
  if (decoded._tag === "Failure") throw new DocumentRefused(`the load profiles ${String(file)}: ${String(decoded.cause)}`, mend)
  const { profiles, dynamised, dynamics } = decoded.value
  return new Map(Object.entries(profiles).map(([name, energies]) => [name, { energies, dynamics: dynamised.includes(name) ? dynamics : [] }]))
}
