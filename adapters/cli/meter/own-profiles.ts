import { Option } from "effect"
import { Flag } from "effect/cli"
import { listProfiles, loadProfile, readProfiles } from "../../modbus/profiles/load-profile.ts"
import type { DeviceProfile } from "../../modbus/profiles/profile.ts"

/** The flag for profiles of one's own, the same for every command that knows profiles. */
export const profilesFlag = Flag.String("profiles").pipe(
  Flag.withDescription("Folder with device profiles of your own (*.json), known beside those of the project and before them"), Flag.optional)

/** The profiles of the folder that was given, or none. Throws InvalidProfile. */
export const ownProfiles = (folder: Option.Option<string>): readonly DeviceProfile[] => Option.isSome(folder) ? readProfiles(folder.value) : []

/** Those of one's own and then the project's, where no own one has the same id. */
export const allProfiles = (own: readonly DeviceProfile[]): readonly DeviceProfile[] =>
  [...own, ...listProfiles().filter((id) => own.every((profile) => profile.id !== id)).map(loadProfile)]
