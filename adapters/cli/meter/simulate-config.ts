import { Option } from "effect"
import { checkOpenFileLimit, TooFewFileDescriptors } from "../../modbus/poller/open-file-limit.ts"
import { findProfile } from "../../modbus/profiles/load-profile.ts"
import type { DeviceProfile } from "../../modbus/profiles/profile.ts"
import { InvalidFault, parseFault } from "../../modbus/test-device/fault.ts"
import { profileLayout } from "../../modbus/test-device/profile-unit.ts"
import type { DevicesConfig } from "../../modbus/test-device/start-devices.ts"
import { UserError } from "../user-error.ts"
import { ownProfiles } from "./own-profiles.ts"
import { profileError } from "./profiles.ts"
import { openCapture } from "./read-file.ts"

/** The flags as they were given. */
export interface SimulateOptions {
  readonly profile: Option.Option<string>
  readonly profiles: Option.Option<string>
  readonly image: Option.Option<string>
  readonly host: string
  readonly port: number
  readonly count: number
  readonly unit: Option.Option<number>
  readonly units: number
  readonly models: Option.Option<string>
  readonly framing: "tcp" | "rtu"
  readonly delay: number
  readonly fault: readonly string[]
  readonly faultAfter: number
  readonly seed: number
  readonly strict: boolean
  readonly json: boolean
}

const within = (name: string, value: number, lowest: number, highest: number): void => {
  if (value >= lowest && value <= highest) return
  throw new UserError(`--${name} ${value} is not from ${lowest} to ${highest}`, `give a --${name} in this range`)
}

const profileShown = (profile: DeviceProfile, text: string | undefined): DevicesConfig["shows"] => {
  if (text === undefined) return { profile }
  if (profile.addressing !== "sunspec") throw new UserError("--models is for SunSpec profiles", `leave it out for ${profile.id}`)
  const models = text.split(",").map(Number)
  if (!models.every(Number.isInteger)) throw new UserError(`--models ${text} is no list of numbers`, "give models as 103,203")
  profileLayout(profile, models) // a model that the profile does not have is an error before any port is opened
  return { profile, models }
}

const showsOf = (options: SimulateOptions): DevicesConfig["shows"] => {
  const profile = Option.getOrUndefined(options.profile)
  const image = Option.getOrUndefined(options.image)
  if ((profile === undefined) === (image === undefined)) {
    throw new UserError("it is not clear what to serve", "give either --profile ID or --image FILE; `commonwatt meter profiles` lists the ids")
  }
  if (profile !== undefined) return profileShown(findProfile(profile, ownProfiles(options.profiles)), Option.getOrUndefined(options.models))
  // The latest answers stand first, but the block that is written last stays.
  return { image: openCapture(image!, Option.getOrElse(options.unit, () => 1)).answers.toReversed() }
}

/** Every port takes an open file, and so does the connection of every meter that is read. */
const checkOpenFiles = ({ count, units }: SimulateOptions): void => {
  try {
    checkOpenFileLimit(count + count * units)
  } catch (error) {
    if (!(error instanceof TooFewFileDescriptors)) throw error
    throw new UserError(
      `${count} ports with one connection for each device need ${error.needed} open files, but this process may hold ${error.allowed}`,
      `raise the limit before the start (\`ulimit -n ${error.needed}\`), or put more devices behind fewer ports (--units 200)`, { cause: error }
    )
  }
}

const configOf = (options: SimulateOptions): DevicesConfig => {
  within("port", options.port, 0, 65_535)
  within("count", options.count, 1, 65_535)
  if (options.port > 0) within("count", options.count, 1, 65_536 - options.port)
  within("delay", options.delay, 0, 3_600_000)
  within("fault-after", options.faultAfter, 0, 86_400)
  within("seed", options.seed, 0, 1_000_000_000)
  const unit = Option.getOrUndefined(options.unit)
  if (unit !== undefined) within("unit", unit, 0, 255)
  const shows = showsOf(options)
  if ("profile" in shows) within("units", options.units, 1, 256 - (unit ?? shows.profile.unit))
  else if (options.units !== 1) throw new UserError("an image names its own units", "leave --units out")
  checkOpenFiles(options)
  const { host, port, count, units, framing, seed } = options
  return {
    shows, host, port, count, units, framing, seed,
    delayMs: options.delay, faults: options.fault.map(parseFault), faultsAfterMs: options.faultAfter * 1_000, isStrict: options.strict,
    ...(unit !== undefined && { unit })
  }
}

/** What a failure of the simulator means to the one who started it. */
export const simulateError = (error: unknown): unknown => {
  if (error instanceof InvalidFault) return new UserError(error.message, "see `commonwatt meter simulate --help` for all faults")
  if (error instanceof RangeError) return new UserError(error.message, "`commonwatt meter profiles ID` shows which models a profile has")
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  switch (code) {
    case "EADDRINUSE": return new UserError(`port ${port} is taken`, "choose another --port, or 0 for one that is free", { cause: error })
    case "EACCES": return new UserError(`port ${port} is not for everybody`, "choose a --port of 1024 or more", { cause: error })
    case "EMFILE": case "ENFILE": return new UserError("this process may not open so many ports", "raise the limit of open files (`ulimit -n 65536`; each device and each connection takes one), or serve fewer with --count", { cause: error })
    case "EADDRNOTAVAIL": case "ENOTFOUND": return new UserError(`${address ?? "the host"} is no address of this machine`, "choose another --host", { cause: error })
    default: return profileError(error)
  }
}

/** Checks everything that can be said before a port is opened. Throws UserError. */
export const devicesConfig = (options: SimulateOptions): DevicesConfig => {
  try {
    return configOf(options)
  } catch (error) {
    throw simulateError(error)
  }
}
