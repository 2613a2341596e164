import { createHash } from "node:crypto"
import { extname } from "node:path"
import type { CommunityInputs } from "../../../engine/core/settlement/community/community-inputs.ts"
import { UserError } from "../user-error.ts"
import type { EnergyUnit } from "./files/energy-cell.ts"
import { readIntervals, termsOf } from "./files/intervals-file.ts"
import { readInput } from "./files/json-file.ts"
import { readRules } from "./files/rules-file.ts"
import { readCoefficients, readPrices, readTrades } from "./files/small-tables.ts"
import { readTariffs } from "./files/tariffs-file.ts"

/** What an input file is for; each role has one file. */
export const roles = ["rules", "tariffs", "intervals", "trades", "prices", "coefficients", "shadow", "official", "settings", "previous"] as const
export type Role = (typeof roles)[number]

/** An input as a run keeps it: its bytes and where it came from. */
export interface InputFile {
  readonly role: Role
  /** Where it was read; stands in errors. */
  readonly path: string
  /** Its name in the run's folder `inputs`. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly sha256: Uint8Array
}

/** What else a run depends on: the unit of the interval values and the day on which it was made. */
export interface Settings {
  readonly unit: EnergyUnit
  readonly on: string
}

export const inputFile = (role: Role, path: string, bytes: Uint8Array): InputFile => ({
  role,
  path,
  name: `${role}${extname(path) || ".csv"}`,
  bytes,
  sha256: createHash("sha256").update(bytes).digest()
})

/** Reads the file of a role; a workbook is kept as the CSV that `spreadsheets` has of it. */
export const openInput = (role: Role, path: string, spreadsheets: ReadonlyMap<string, Uint8Array>): InputFile => {
  const csv = spreadsheets.get(path)
  return csv === undefined ? inputFile(role, path, readInput(path, `--${role}`)) : { ...inputFile(role, path, csv), name: `${role}.csv` }
}

/** Parses every input file; the first thing that is wrong is a UserError that names file, row and column or line. */
export const parseInputs = (files: ReadonlyArray<InputFile>, { unit }: Settings): CommunityInputs => {
  const of = (role: Role): InputFile | undefined => files.find((file) => file.role === role)
  const needed = (role: Role): InputFile => {
    const file = of(role)
    if (file === undefined) throw new UserError(`there is no file of ${role}`, `name it by --${role}`)
    return file
  }
  const read = <A>(role: Role, reader: (path: string, bytes: Uint8Array) => A, otherwise: A): A => {
    const file = of(role)
    return file === undefined ? otherwise : reader(file.path, file.bytes)
  }
  const [rulesFile, tariffs, intervals] = [needed("rules"), needed("tariffs"), needed("intervals")]
  const rules = readRules(rulesFile.path, rulesFile.bytes)
  const terms = termsOf(rules)
  return {
    rules,
    tariffs: readTariffs(tariffs.path, tariffs.bytes),
    intervals: readIntervals(intervals.path, intervals.bytes, unit, terms),
    trades: read("trades", (path, bytes) => readTrades(path, bytes, terms.meteringPoints), []),
    priceAt: read("prices", readPrices, () => undefined),
    coefficientAt: read("coefficients", readCoefficients, () => undefined)
  }
}
