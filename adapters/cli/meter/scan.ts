import { Effect, type Option } from "effect"
import { Command, Flag } from "effect/cli"
import { ModbusConnection } from "../../modbus/client/modbus-connection.ts"
import type { DeviceProfile } from "../../modbus/profiles/profile.ts"
import { findUnits } from "../../modbus/scan/find-units.ts"
import { recognise, type Recognised } from "../../modbus/scan/recognise.ts"
import { judgementOf, type Verdict } from "../../modbus/scan/verdict.ts"
import { addressOf, type Transport } from "../../modbus/transport/transport.ts"
import { say, sayProgress } from "../start/terminal.ts"
import { UserError } from "../user-error.ts"
import { exitCodeHelp, exitCodes, explainDevice } from "./explain-device.ts"
import { lineFlags, timeoutOf, transportOf, type LineOptions } from "./line-flags.ts"
import { allProfiles, ownProfiles, profilesFlag } from "./own-profiles.ts"

const flags = {
  units: Flag.String("units").pipe(Flag.withDescription("Unit ids to try, such as 1-247 or 1,3,10-20"), Flag.withDefault("1-247")),
  profiles: profilesFlag,
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false)),
  ...lineFlags
}

interface ScanOptions extends LineOptions {
  readonly units: string
  readonly profiles: Option.Option<string>
  readonly json: boolean
}

/** Most devices answer within some tens of ms; an absent one costs this whole time. */
const defaultTimeoutMs = 400
const mostShown = 4
const fewestForOneDevice = 8

const wrongUnits = (text: string): UserError =>
  new UserError(`--units ${text} is no list of unit ids`, "give numbers from 0 to 255 and ranges of them, such as 1-247 or 1,3,10-20")

/** The unit ids of a text such as "1-3,7", in its order, each once. */
export const parseUnits = (text: string): readonly number[] => {
  const units = text.split(",").flatMap((part) => {
    const [, from = "", to = from] = /^\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?$/.exec(part) ?? []
    const [first, last] = [Number(from), Number(to)]
    if (from === "" || last > 255 || first > last) throw wrongUnits(text)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
  return [...new Set(units)]
}

/** One unit of a line and what it seems to be. */
interface Found extends Recognised {
  readonly unit: number
  /** How sure it is; candidates stand in the order of how well they fit. */
  readonly verdict: Verdict
}

/** What stands before the names of an uncertain device. */
const doubts: Readonly<Record<Verdict, string>> = {
  recognised: "", ambiguous: "ambiguous, the profiles read different energy or power: ", possible: "not certain: ", unknown: ""
}

/** The best first, and those that read otherwise before those that only say the same. */
const inOrder = (found: Recognised): Recognised["candidates"] => {
  const { chosen, rivals } = judgementOf(found)
  const first = [...chosen, ...rivals]
  return [...first, ...found.candidates.filter((candidate) => !first.includes(candidate))]
}

const lineOf = (found: Found): string => {
  const { unit, models, identity, verdict, isComplete } = found
  const candidates = inOrder(found)
  const shown = candidates.slice(0, mostShown)
  const names = shown.map(({ profile, values, registers }) => `${profile} (${values} of ${registers} values)`)
  const more = candidates.length > mostShown ? `, ${candidates.length - mostShown} more` : ""
  const sunSpec = models.length === 0 ? "" : `; SunSpec models ${models.join(", ")}${identity["manufacturer"] ? `, ${identity["manufacturer"]} ${identity["model"]}` : ""}`
  return `unit ${String(unit).padStart(3)}  ${names.length === 0 ? "answers, but no profile fits" : `${doubts[verdict]}${names.join(", or ")}`}${more}${sunSpec}${isComplete ? "" : "; many questions had no answer: try a longer --timeout"}\n`
}

const nobody = (address: string, count: number): UserError =>
  new UserError(`${address}: none of ${count} unit ids answers`, "see that the device is on, and that the line's settings are right; a slow one needs a longer --timeout", { exitCode: exitCodes.noAnswer })

const recogniseAll = async (connection: ModbusConnection, units: readonly number[], isOneDevice: boolean, options: ScanOptions, profiles: readonly DeviceProfile[]): Promise<readonly Found[]> => {
  const all: Found[] = []
  for (const unit of isOneDevice ? units.slice(0, 1) : units) {
    sayProgress("scan", `unit ${unit}: which device?`)
    const found = await recognise(connection.forUnit(unit), profiles)
    const one = { unit, verdict: judgementOf(found).verdict, ...found }
    all.push(one)
    if (!options.json) process.stdout.write(lineOf(one))
  }
  return all
}

const scan = async (options: ScanOptions, transport: Transport, connection: ModbusConnection, profiles: readonly DeviceProfile[]): Promise<void> => {
  const units = parseUnits(options.units)
  const present = await findUnits(connection, units, {
    found: (unit) => say(`  unit ${unit} answers`),
    asked: (count) => sayProgress("scan", `${count} of ${units.length} unit ids`, count / units.length)
  })
  if (present.length === 0) throw nobody(addressOf(transport), units.length)
  // A device alone at its address answers to every unit id; it is recognised once.
  const isOneDevice = present.length === units.length && units.length >= fewestForOneDevice
  const found = await recogniseAll(connection, present, isOneDevice, options, profiles)
  if (isOneDevice) say(`all of ${units.length} unit ids answer, as devices do that stand alone at their address: any of them will do`)
  if (options.json) process.stdout.write(`${JSON.stringify({ address: addressOf(transport), tried: units.length, answering: present, units: found }, null, 2)}\n`)
}

const open = (options: ScanOptions) => {
  parseUnits(options.units)
  const profiles = allProfiles(ownProfiles(options.profiles))
  const transport = transportOf(options)
  const connection = new ModbusConnection({
    // The waits between tries are for devices that fail; here an unanswered unit id is the rule.
    ...transport, answerTimeoutMs: defaultTimeoutMs, patienceMs: 60_000, backoff: { firstMs: 1, highestMs: 20 }, ...timeoutOf(options)
  })
  return { transport, connection, profiles }
}

/** `commonwatt meter scan`: which unit ids answer, and which devices they are. */
export const scanCommand = Command.make("scan", flags, (options) =>
  Effect.acquireUseRelease(
    Effect.try({ try: () => open(options), catch: (error) => explainDevice(error, { host: "", port: 0 }) ?? error }),
    ({ transport, connection, profiles }) => Effect.tryPromise({
      try: () => scan(options, transport, connection, profiles),
      catch: (error) => explainDevice(error, transport) ?? error
    }),
    ({ connection }) => Effect.sync(() => connection.close())
  )
).pipe(Command.withDescription(`Find the unit ids that answer, and recognise the devices by the profiles' probes and by SunSpec. ${exitCodeHelp}`))
