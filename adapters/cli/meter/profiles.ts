import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { InvalidProfile } from "../../modbus/profiles/invalid-profile.ts"
import { findProfile } from "../../modbus/profiles/load-profile.ts"
import type { DeviceProfile, Register } from "../../modbus/profiles/profile.ts"
import { UserError } from "../user-error.ts"
import { allProfiles, ownProfiles, profilesFlag } from "./own-profiles.ts"

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) => row.map((cell, column) => column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n")
}

const scaleText = ({ scale: { numerator, denominator }, scaleFactorAddress, multiplyBy = [] }: Register): string => {
  const factor = scaleFactorAddress === undefined ? "" : ` x 10^(${scaleFactorAddress})`
  return [`${denominator === 1 ? numerator : `${numerator}/${denominator}`}${factor}`, ...multiplyBy].join(" x ")
}

const typeText = ({ type, parts }: Register): string => parts
  ? parts.map((part) => `${part.type}@${part.address} x ${scaleText(part)}`).join(" + ")
  : type

const placeText = ({ model, functionCode, address }: Register): string => model === undefined ? `${functionCode}:${address}` : `${model}+${address}`

const hasEnergy = (profile: DeviceProfile): string =>
  [["importEnergy", "import"], ["exportEnergy", "export"], ["totalEnergy", "total"]]
    .filter(([role]) => profile.registers.some((register) => register.role === role)).map(([, name]) => name).join(", ") || "none"

/** All profiles, one on each line. */
export const profileList = (profiles: readonly DeviceProfile[]): string => table([
  ["ID", "REGISTERS", "COUNTERS", "DEVICE"],
  ...profiles.map((profile) => [profile.id, String(profile.registers.length), hasEnergy(profile), profile.description])
])

/** One profile with all its registers. */
export const profileDetails = (profile: DeviceProfile): string => [
  `${profile.id}: ${profile.description}`,
  ...(profile.aliases.length > 0 ? [`also known as ${profile.aliases.join(", ")}`] : []),
  `port ${profile.port}, unit ${profile.unit}, at most ${profile.maxWords} words a request across gaps of ${profile.maxGap}, ${profile.depth} in flight`,
  ...(profile.silenceAfterConnectMs > 0 ? [`silent for ${profile.silenceAfterConnectMs} ms after a connect`] : []),
  ...(profile.clients > 0 ? [`bears ${profile.clients} client(s) at once`] : []),
  `positive power means ${profile.positive}; one step of a counter is ${profile.registerStepWh} Wh${profile.addressing === "sunspec" ? " unless the device sends a scale factor" : ""}`,
  ...profile.notes.map((note) => `- ${note}`),
  `facts from ${profile.source} (${profile.licence})`,
  "",
  table([
    ["NAME", profile.addressing === "sunspec" ? "MODEL+OFFSET" : "FUNCTION:ADDRESS", "TYPE", "WORD ORDER", "SCALE", "UNIT", "ROLE"],
    ...profile.registers.map((register) =>
      [register.name, placeText(register), typeText(register), register.wordOrder, scaleText(register), register.unit, register.role ?? ""])
  ])
].join("\n")

/** A profile as data: big patterns as hexadecimal text, names of states as an object. */
const plain = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? `0x${value.toString(16)}` : value instanceof Map ? Object.fromEntries(value) : value

const summary = ({ registers, ...profile }: DeviceProfile): object => ({ ...profile, registers: registers.length })

/** What a wrong or unknown profile means to the one who named it. */
export const profileError = (error: unknown): unknown => error instanceof InvalidProfile
  ? new UserError(error.message, "see the ids with `commonwatt meter profiles`; docs/guides/meter-profiles.md tells how to write one")
  : error

const flags = {
  profiles: profilesFlag,
  id: Argument.String("id").pipe(Argument.withDescription("Id of one profile, or the path of a JSON file: shows all its registers"), Argument.optional),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false))
}

/** `commonwatt meter profiles`: which devices are known, and what their registers mean. */
export const profilesCommand = Command.make("profiles", flags, ({ id, json, profiles }) =>
  Effect.try({
    try: () => {
      const one = Option.getOrUndefined(id)
      const own = ownProfiles(profiles)
      const profile = one === undefined ? undefined : findProfile(one, own)
      const all = profile ? [] : allProfiles(own)
      const shown = profile ?? all.map(summary)
      process.stdout.write(`${json ? JSON.stringify(shown, plain, 2) : profile ? profileDetails(profile) : profileList(all)}\n`)
    },
    catch: profileError
  })
).pipe(Command.withDescription("List the devices that can be read, or show the registers of one"))
