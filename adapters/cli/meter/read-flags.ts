import { Option } from "effect"
import { Flag } from "effect/cli"
import { UserError } from "../user-error.ts"
import { lineFlags, type LineOptions } from "./line-flags.ts"
import { profilesFlag } from "./own-profiles.ts"

/** The flags of commands that read one device by its profile. */
export const readFlags = {
  profile: Flag.String("profile").pipe(
    Flag.withDescription("Id or alias of a device profile (`commonwatt meter profiles`), or a JSON file of your own; without it the device is recognised"), Flag.optional),
  profiles: profilesFlag,
  unit: Flag.Int("unit").pipe(Flag.withDescription("Unit id; the profile's if left out"), Flag.optional),
  occurrence: Flag.Int("occurrence").pipe(Flag.withDescription("Which of several devices in one SunSpec map, from 1"), Flag.withDefault(1)),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false)),
  raw: Flag.Boolean("raw").pipe(Flag.withDescription("Show the words of each value too"), Flag.withDefault(false)),
  ...lineFlags
}

/** What the flags give. */
export interface ReadOptions extends LineOptions {
  readonly profile: Option.Option<string>
  readonly profiles: Option.Option<string>
  readonly unit: Option.Option<number>
  readonly occurrence: number
  readonly json: boolean
  readonly raw: boolean
}

/** A unit id out of the flags. Throws UserError for a number that is none. */
export const checkedUnit = (unit: number): number => {
  if (unit < 0 || unit > 255) throw new UserError(`--unit ${unit} is no unit id`, "give a number from 0 to 255")
  return unit
}

/** A count of devices in one map. Throws UserError for one below 1. */
export const checkedOccurrence = (occurrence: number): number => {
  if (occurrence < 1) throw new UserError(`--occurrence ${occurrence} is no count`, "give 1 or more")
  return occurrence
}
