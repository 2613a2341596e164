import { Option } from "effect"
import { CapturedUnit, unitsOf } from "../../modbus/capture/captured-unit.ts"
import { readCapture, type Capture } from "../../modbus/capture/read-capture.ts"
import { UnreadableCapture } from "../../modbus/capture/unreadable-capture.ts"
import { ModelNotFound } from "../../modbus/poller/sunspec.ts"
import { InvalidProfile } from "../../modbus/profiles/invalid-profile.ts"
import { findProfile } from "../../modbus/profiles/load-profile.ts"
import type { DeviceProfile } from "../../modbus/profiles/profile.ts"
import { imageExample } from "../../modbus/test-device/register-image.ts"
import { say } from "../start/terminal.ts"
import { UserError } from "../user-error.ts"
import { exitCodes, explainDevice } from "./explain-device.ts"
import { allProfiles, ownProfiles } from "./own-profiles.ts"
import type { Reading } from "./read.ts"
import { checkedOccurrence, checkedUnit, type ReadOptions } from "./read-flags.ts"
import { recogniseDevice } from "./recognise-device.ts"
import { eachOnce, shownValues } from "./shown-values.ts"

/** What a file that cannot be read means to the one who named it. */
export const captureError = (error: unknown, file: string): unknown => {
  if (error instanceof InvalidProfile) return new UserError(error.message, `write blocks such as ${imageExample}; docs/guides/meter-profiles.md shows the other forms`, { cause: error })
  if (error instanceof UnreadableCapture) {
    return new UserError(`${file}: ${error.message}`, "give a register image (JSON), a capture (pcap or pcapng) of Modbus/TCP, or a trace with hexadecimal frames, questions and answers, one a line", { cause: error })
  }
  if (error instanceof ModelNotFound) {
    return new UserError(`${file}: ${error.message}`, "a SunSpec device is read from its marker on: capture the start of the client that reads it too", { cause: error, exitCode: exitCodes.refused })
  }
  if (typeof (error as NodeJS.ErrnoException).code === "string") return new UserError(`${file} cannot be read: ${(error as Error).message}`, "give a file that is there and that this user may read", { cause: error })
  return error
}

/** What a failure of `readFile` means: a wrong profile is the profile's fault, the rest the file's. */
export const fileError = (error: unknown, file: string): unknown =>
  error instanceof InvalidProfile ? explainDevice(error, { host: file, port: 0 }) : captureError(error, file)

/** Reads a capture file. Throws UserError. */
export const openCapture = (file: string, unit: number): Capture => {
  try {
    return readCapture(file, unit)
  } catch (error) {
    throw captureError(error, file)
  }
}

/** The unit that the flag names, or the profile's, or the only one that is there. */
const unitOf = (capture: Capture, flag: Option.Option<number>, profile: DeviceProfile | null, file: string): number => {
  const units = unitsOf(capture)
  const wanted = Option.isSome(flag) ? checkedUnit(flag.value) : units.length === 1 ? units[0]! : profile?.unit
  if (wanted !== undefined && units.includes(wanted)) return wanted
  const problem = Option.isSome(flag) ? `holds nothing of unit ${flag.value}, only of ${units.join(", ")}` : `holds units ${units.join(", ")}`
  throw new UserError(`${file}: ${problem}`, "name one with --unit", { exitCode: exitCodes.mistake })
}

const atOf = ({ answers }: Capture, unit: number): string | null => {
  const atMs = answers.find((answer) => answer.unit === unit)?.atMs ?? null
  return atMs === null || Math.abs(atMs) > 8.64e15 ? null : new Date(atMs).toISOString()
}

const tell = ({ tally }: Capture, pieced: readonly string[]): void => {
  if (tally && tally.unmatched > 0) say(`${tally.unmatched} of ${tally.answers + tally.unmatched} answers belong to no question in the file and were left out`)
  if (pieced.length > 0) say(`put together from several answers, which may be of different moments: ${pieced.join(", ")}`)
}

/** The values of one unit in a file. Rejects with UserError, InvalidProfile or ModelNotFound. */
export const readFile = async (file: string, options: ReadOptions): Promise<Reading> => {
  const own = ownProfiles(options.profiles)
  const named = Option.isSome(options.profile) ? findProfile(options.profile.value, own) : null
  const occurrence = checkedOccurrence(options.occurrence)
  const capture = openCapture(file, Option.getOrElse(options.unit, () => named?.unit ?? 1))
  const unit = unitOf(capture, options.unit, named, file)
  const captured = new CapturedUnit(capture, unit)
  const profiles = named ? [named] : await recogniseDevice(captured, allProfiles(own), `${file} unit ${unit}`)
  const read = await Promise.all(profiles.map((profile) => captured.registersOf(profile, occurrence)))
  tell(capture, [...new Set(read.flatMap(({ pieced }) => pieced))])
  return {
    profiles: profiles.map(({ id }) => id), address: file, unit, at: atOf(capture, unit),
    values: eachOnce(read.flatMap(({ registers, blocks }) => shownValues(registers, blocks, options.raw)))
  }
}
