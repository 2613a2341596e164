import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { fromHex } from "../../../engine/core/quantity/bytes.ts"
import { UserError } from "../user-error.ts"
import { computeRun, type CommunityRun } from "./compute-run.ts"
import { readJson } from "./files/json-file.ts"
import { inputFile, roles, type InputFile, type Settings } from "./inputs.ts"
import { previousOf, readRunPart, type RunFile } from "./previous-run.ts"
import { SEED_FILE } from "./seed-file.ts"

/** Input files that a run's folder keeps, one of each role, each held against its hash. */
export const inputsOfFolder = (folder: string, run: RunFile): Array<InputFile> => {
  const inputs = filesOf(folder, run)
  const twice = inputs.find(({ role }, place) => inputs.findIndex((one) => one.role === role) !== place)
  if (twice !== undefined) throw new UserError(`${folder} keeps two files of ${twice.role}`, "a run has one of each; ask who made it for the folder as it was written")
  return inputs
}

const filesOf = (folder: string, run: RunFile): Array<InputFile> =>
  Object.keys(run.files)
    .filter((path) => path.startsWith("inputs/"))
    .map((path) => {
      const role = roles.find((one) => path.startsWith(`inputs/${one}.`))
      if (role === undefined) throw new UserError(`${join(folder, path)} is no input of a run`, "name a folder that `commonwatt settle --out` wrote")
      return { ...inputFile(role, join(folder, path), readRunPart(folder, run, path)), name: path.slice("inputs/".length) }
    })

const SettingsSchema = Schema.Struct({ unit: Schema.Literals(["Wh", "kWh"]), on: Schema.String })

/** Settings that the inputs were read by. */
export const settingsOf = (inputs: ReadonlyArray<InputFile>): Settings => {
  const file = inputs.find(({ role }) => role === "settings")
  if (file === undefined) throw new UserError("the run has no settings", "name a folder that `commonwatt settle --out` wrote")
  return readJson(file.path, file.bytes, SettingsSchema).value
}

const seedOf = (folder: string): Uint8Array => {
  const mend = "the root can be checked only with the run's salt seed; ask who made the run"
  let text: string
  try {
    text = readFileSync(join(folder, SEED_FILE), "utf8")
  } catch (cause) {
    throw new UserError(`${join(folder, SEED_FILE)} cannot be read (${(cause as Error).message})`, mend)
  }
  if (!/^[0-9a-f]{64}\n$/.test(text)) throw new UserError(`${join(folder, SEED_FILE)} is no seed of 64 hexadecimal digits`, mend)
  return fromHex(text.trim())
}

/** Recomputes the run of a folder from the inputs it keeps. */
export const recompute = (folder: string, run: RunFile): CommunityRun => {
  const inputs = inputsOfFolder(folder, run)
  const previous = inputs.find(({ role }) => role === "previous")
  return computeRun(inputs, settingsOf(inputs), previous === undefined ? undefined : previousOf(previous), seedOf(folder))
}
