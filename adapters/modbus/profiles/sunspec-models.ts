/**
 * The SunSpec models that are known, as data. Facts (offset, type, scale factor, unit) are taken from
 * sunspec/models, Apache-2.0, copyright the SunSpec Alliance; see sunspec/README.md.
 */
import { readdirSync, readFileSync } from "node:fs"
import { Fields, type Problem } from "./check-fields.ts"
import { checkRegister } from "./check-register.ts"
import { InvalidProfile } from "./invalid-profile.ts"
import { linesOfFields } from "./locate-field.ts"
import type { Register } from "./profile.ts"

const folder = new URL("./sunspec/", import.meta.url)
const loaded = new Map<number, readonly Register[]>()
let numbers: readonly number[] | null = null

/** The numbers of all known models, in order. */
export const modelNumbers = (): readonly number[] => numbers ??= readdirSync(folder)
  .flatMap((file) => /^model-(\d+)\.json$/.exec(file)?.[1] ?? [])
  .map(Number)
  .sort((a, b) => a - b)

const check = (text: string, file: string): readonly Register[] => {
  const problems: Problem[] = []
  const fields = new Fields(JSON.parse(text), "", problems)
  fields.refuseOthers(["model", "name", "registers"])
  const model = fields.integer("model", 1, 65_534)
  const registers = fields.list("registers", false, (item, path) =>
    ({ ...checkRegister(item, path, problems, { functionCode: 3, wordOrder: "big" }), model }))
  if (problems.length > 0) throw InvalidProfile.at(file, linesOfFields(text), problems)
  return registers
}

/**
 * The registers of one known model, with addresses that count from its id word. Read once, then kept.
 * Throws InvalidProfile for a wrong file.
 */
export const loadModel = (model: number): readonly Register[] => {
  const known = loaded.get(model)
  if (known) return known
  const file = `model-${model}.json`
  const registers = check(readFileSync(new URL(file, folder), "utf8"), `profiles/sunspec/${file}`)
  loaded.set(model, registers)
  return registers
}
