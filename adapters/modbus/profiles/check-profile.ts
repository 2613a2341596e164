import { Fields, type Problem } from "./check-fields.ts"
import { checkRegister } from "./check-register.ts"
import { linesOfFields } from "./locate-field.ts"
import {
  highestDepth, highestWords, isEnergy, wattHoursOfUnit, type DeviceProfile, type Register
} from "./profile.ts"

const known = [
  "id", "description", "source", "addressing", "positive", "registerStepWh", "maxGap", "maxWords", "depth",
  "silenceAfterConnectMs", "registers"
]

/** Every problem of a profile file, one on each line as `file:line: path: message`. */
export class InvalidProfile extends Error {
  override readonly name = "InvalidProfile"
}

/** The Wh of one count of an integer register, when that is fixed by the profile. */
const wattHoursOfCount = (register: Register): number =>
  (register.scale.numerator * (wattHoursOfUnit[register.unit] ?? 0)) / register.scale.denominator

const checkStep = (register: Register, path: string, profile: DeviceProfile, problems: Problem[]): void => {
  if (!isEnergy(register.measurement) || register.type.startsWith("float")) return
  if (register.scaleFactorAddress !== undefined) return
  const count = wattHoursOfCount(register)
  if (count === profile.registerStepWh || (count < 1 && profile.registerStepWh === 1)) return
  problems.push({
    path: `${path}.scale`,
    message: `one count is ${count} Wh, but registerStepWh is ${profile.registerStepWh}`
  })
}

const checkPlaces = (profile: DeviceProfile, problems: Problem[]): void => {
  const seen = new Set<string>()
  profile.registers.forEach((register, index) => {
    const path = `registers[${index}]`
    const name = `${register.measurement} of model ${register.model ?? 0}`
    if (seen.has(name)) problems.push({ path, message: `${register.measurement} stands twice` })
    seen.add(name)
    if ((register.model !== undefined) !== (profile.addressing === "sunspec")) {
      problems.push({ path, message: "model is for addressing sunspec, and needed there" })
    }
    checkStep(register, path, profile, problems)
  })
  if (!profile.registers.some((register) => isEnergy(register.measurement))) {
    problems.push({ path: "registers", message: "registers hold no energy counter" })
  }
}

const checkValue = (value: unknown, problems: Problem[]): DeviceProfile => {
  const fields = new Fields(value, "", problems)
  fields.refuseOthers(known)
  const registers = fields.raw("registers")
  if (!Array.isArray(registers)) fields.report("registers", "must be a list")
  const profile: DeviceProfile = {
    id: fields.text("id"),
    description: fields.text("description"),
    source: fields.text("source"),
    addressing: fields.oneOf("addressing", ["fixed", "sunspec"]),
    positive: fields.oneOf("positive", ["import", "export"]),
    registerStepWh: fields.integer("registerStepWh", 1, 1_000_000),
    maxGap: fields.integer("maxGap", 0, highestWords),
    maxWords: fields.integer("maxWords", 4, highestWords),
    depth: fields.integer("depth", 1, highestDepth),
    silenceAfterConnectMs: fields.integer("silenceAfterConnectMs", 0, 60_000),
    registers: (Array.isArray(registers) ? registers : []).map((register: unknown, index) =>
      checkRegister(register, `registers[${index}]`, problems))
  }
  if (problems.length === 0) checkPlaces(profile, problems)
  return profile
}

const parse = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InvalidProfile(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * Reads a profile from JSON text. `file` appears in errors.
 * Throws InvalidProfile, which names every wrong field with its line.
 */
export const checkProfile = (text: string, file: string): DeviceProfile => {
  const problems: Problem[] = []
  const profile = checkValue(parse(text, file), problems)
  if (problems.length === 0) return profile
  const lines = linesOfFields(text)
  throw new InvalidProfile(problems
    .map(({ path, message }) => `${file}:${lines.get(path) ?? 1}: ${path || "profile"}: ${message}`)
    .join("\n"))
}
