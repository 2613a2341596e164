import { readdirSync, readFileSync } from "node:fs"
import { checkProfile, InvalidProfile } from "./check-profile.ts"
import type { DeviceProfile } from "./profile.ts"

const folder = new URL("./", import.meta.url)
const loaded = new Map<string, DeviceProfile>()

/** The ids of all profiles beside this module, sorted. */
export const listProfiles = (): readonly string[] =>
  readdirSync(folder).filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -5)).sort()

/**
 * The profile with this id, which is also the name of its file. Read once, then kept.
 * Throws InvalidProfile when the file is missing, wrong, or named otherwise than its id.
 */
export const loadProfile = (id: string): DeviceProfile => {
  const known = loaded.get(id)
  if (known) return known
  if (!listProfiles().includes(id)) {
    throw new InvalidProfile(`no device profile ${id}; there are: ${listProfiles().join(", ")}`)
  }
  const profile = checkProfile(readFileSync(new URL(`${id}.json`, folder), "utf8"), `profiles/${id}.json`)
  if (profile.id !== id) throw new InvalidProfile(`profiles/${id}.json: id is ${profile.id}`)
  loaded.set(id, profile)
  return profile
}
