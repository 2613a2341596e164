import { readdirSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { checkProfile } from "./check-profile.ts"
import { InvalidProfile } from "./invalid-profile.ts"
import type { DeviceProfile } from "./profile.ts"

const folder = new URL("./devices/", import.meta.url)
const loaded = new Map<string, DeviceProfile>()
let ids: readonly string[] | null = null

/** The ids of all profiles of this project, sorted. */
export const listProfiles = (): readonly string[] =>
  ids ??= readdirSync(folder).filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -5)).sort()

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
  const profile = checkProfile(readFileSync(new URL(`${id}.json`, folder), "utf8"), `profiles/devices/${id}.json`)
  if (profile.id !== id) throw new InvalidProfile(`profiles/devices/${id}.json: id is ${profile.id}`)
  loaded.set(id, profile)
  return profile
}

const isFile = (name: string): boolean => name.endsWith(".json") || name.includes("/") || name.includes("\\")

const readOwn = (path: string): DeviceProfile => {
  try {
    return checkProfile(readFileSync(path, "utf8"), basename(path))
  } catch (error) {
    if (error instanceof InvalidProfile) throw error
    throw new InvalidProfile(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * A profile as a user names it: an id, another name of the same device (in any case), or the path of a JSON file
 * of one's own. Throws InvalidProfile.
 */
export const findProfile = (name: string): DeviceProfile => {
  if (isFile(name)) return readOwn(name)
  const wanted = name.toLowerCase()
  const id = listProfiles().find((one) => one === wanted) ??
    listProfiles().find((one) => loadProfile(one).aliases.some((alias) => alias.toLowerCase() === wanted))
  return loadProfile(id ?? name)
}
