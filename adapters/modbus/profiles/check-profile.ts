import { Fields, type Problem } from "./check-fields.ts"
import { checkProbe } from "./check-probe.ts"
import { checkRegister } from "./check-register.ts"
import { InvalidProfile } from "./invalid-profile.ts"
import { linesOfFields } from "./locate-field.ts"
import {
  highestDepth, highestWords, isEnergy, isFloat, wattHoursOfUnit, type DeviceProfile, type Register
} from "./profile.ts"
import { spanOf } from "./raw-block.ts"
import { loadModel, modelNumbers } from "./sunspec-models.ts"

const known = [
  "id", "aliases", "family", "kind", "description", "source", "licence", "notes", "addressing", "baseAddresses", "models", "positive", "registerStepWh",
  "port", "unit", "functionCode", "wordOrder", "maxGap", "maxWords", "depth", "silenceAfterConnectMs", "clients", "splitOn",
  "probes", "registers"
]

const illegalDataAddress = 2

/** The Wh of one count of an integer register, when that is fixed by the profile; of its smallest part, if it has any. */
const wattHoursOfCount = (register: Register): number => {
  const { numerator, denominator } = register.parts?.at(-1)?.scale ?? register.scale
  return (numerator * (wattHoursOfUnit[register.unit] ?? 0)) / denominator
}

const isFixed = (register: Register): boolean =>
  isEnergy(register) && !isFloat(register) && register.scaleFactorAddress === undefined && !register.multiplyBy

/** The coarsest counter's step, where the file leaves it to the scales. */
const stepOf = (registers: readonly Register[]): number => Math.max(1, ...registers.filter(isFixed).map((register) => Math.ceil(wattHoursOfCount(register))))

const checkStep = (register: Register, path: string, profile: DeviceProfile, problems: Problem[]): void => {
  if (!isFixed(register)) return
  const count = wattHoursOfCount(register)
  if (count === profile.registerStepWh || (count < 1 && profile.registerStepWh === 1)) return
  problems.push({
    path: `${path}.scale`,
    message: `one count is ${count} Wh, but registerStepWh is ${profile.registerStepWh}`
  })
}

/** A ratio is a plain number of its own: never a text, a state, or something that is multiplied itself. */
const checkRatios = ({ multiplyBy = [] }: Register, path: string, { registers }: DeviceProfile, problems: Problem[]): void => {
  for (const name of multiplyBy) {
    const ratio = registers.find((register) => register.name === name)
    if (ratio && ratio.type !== "text" && !ratio.enumeration && !ratio.flags && !ratio.multiplyBy) continue
    problems.push({ path: `${path}.multiplyBy`, message: ratio ? `${name} is no plain number` : `there is no register ${name}` })
  }
}

/** Checks what single fields cannot show; `own` are the registers that stand in the file itself. */
const checkPlaces = (profile: DeviceProfile, own: readonly Register[], statesStep: boolean, problems: Problem[]): void => {
  const seen = new Map<string, Register>()
  own.forEach((register, index) => {
    const path = `registers[${index}]`
    for (const name of [register.name, register.role].filter((one) => one !== undefined)) {
      const key = `${name} of model ${register.model ?? 0}`
      if (seen.has(key) && seen.get(key) !== register) problems.push({ path, message: `${name} stands twice` })
      seen.set(key, register)
    }
    if ((register.model !== undefined) !== (profile.addressing === "sunspec")) {
      problems.push({ path, message: "model is for addressing sunspec, and needed there" })
    }
    if (register.parts && register.model !== undefined) problems.push({ path: `${path}.parts`, message: "parts are for fixed addresses" })
    if (spanOf(register).words > profile.maxWords) {
      problems.push({ path, message: `${register.name} takes ${spanOf(register).words} words in one request, but maxWords is ${profile.maxWords}` })
    }
    if (spanOf(register).words > highestWords) {
      problems.push({ path, message: `${register.name} and its scale factor must fit in ${highestWords} words` })
    }
    if (statesStep) checkStep(register, path, profile, problems)
    checkRatios(register, path, profile, problems)
  })
  if (profile.registers.length === 0) problems.push({ path: "registers", message: "registers hold nothing" })
  profile.probes.forEach((probe, index) => {
    if (profile.registers.some(({ name }) => name === probe.register)) return
    problems.push({ path: `probes[${index}].register`, message: `there is no register ${probe.register}` })
  })
}

const checkModel = (value: unknown, path: string, problems: Problem[]): number => {
  if (typeof value === "number" && modelNumbers().includes(value)) return value
  problems.push({ path, message: `must be one of the known models ${modelNumbers().join(", ")}` })
  return 0
}

const checkBase = (value: unknown, path: string, problems: Problem[]): number => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_533) return value
  problems.push({ path, message: "must be an address from 0 to 65533" })
  return 0
}

const checkCode = (value: unknown, path: string, problems: Problem[]): number => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 255) return value
  problems.push({ path, message: "must be an exception code from 1 to 255" })
  return illegalDataAddress
}

const checkValue = (value: unknown, problems: Problem[]): DeviceProfile => {
  const fields = new Fields(value, "", problems)
  fields.refuseOthers(known)
  const addressing = fields.oneOf("addressing", ["fixed", "sunspec"], "fixed")
  const models = fields.list("models", true, (item, path) => checkModel(item, path, problems))
  if (models.length > 0 && addressing === "fixed") fields.report("models", "are for addressing sunspec")
  if (fields.has("baseAddresses") && addressing === "fixed") fields.report("baseAddresses", "are for addressing sunspec")
  const defaults = {
    functionCode: fields.oneOf("functionCode", [3, 4], 3),
    wordOrder: fields.oneOf("wordOrder", ["big", "little"], "big")
  }
  const own = fields.list("registers", models.length > 0, (item, path) => checkRegister(item, path, problems, defaults))
  const registers = [...models.flatMap((model) => model === 0 ? [] : loadModel(model)), ...own]
  const statesStep = fields.has("registerStepWh")
  const profile: DeviceProfile = {
    id: fields.text("id"),
    aliases: fields.texts("aliases"),
    family: fields.has("family") ? fields.text("family") : "others",
    kind: fields.oneOf("kind", ["meter", "inverter", "battery"], "meter"),
    description: fields.text("description"),
    source: fields.text("source"),
    licence: fields.has("licence") ? fields.text("licence") : "not stated",
    notes: fields.texts("notes"),
    addressing,
    ...(fields.has("baseAddresses") && { baseAddresses: fields.list("baseAddresses", false, (item, path) => checkBase(item, path, problems)) }),
    positive: fields.oneOf("positive", ["import", "export"]),
    registerStepWh: statesStep ? fields.integer("registerStepWh", 1, 1_000_000) : stepOf(registers),
    port: fields.integer("port", 1, 65_535, 502),
    unit: fields.integer("unit", 0, 255, 1),
    maxGap: fields.integer("maxGap", 0, highestWords),
    maxWords: fields.integer("maxWords", 4, highestWords),
    depth: fields.integer("depth", 1, highestDepth, 1),
    silenceAfterConnectMs: fields.integer("silenceAfterConnectMs", 0, 60_000, 0),
    clients: fields.integer("clients", 0, 1_000, 0),
    splitOn: fields.has("splitOn") ? fields.list("splitOn", true, (item, path) => checkCode(item, path, problems)) : [illegalDataAddress],
    probes: fields.list("probes", true, (item, path) => checkProbe(item, path, problems)),
    registers
  }
  if (problems.length === 0) checkPlaces(profile, own, statesStep, problems)
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
  throw InvalidProfile.at(file, linesOfFields(text), problems)
}
