import { readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
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

const isProfileFile = (file: string): boolean => file.endsWith(".json")

const readFolder = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter(isProfileFile).toSorted()
  } catch (error) {
    throw new InvalidProfile(`${folder}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * All profiles in a folder of a user's own. Throws InvalidProfile, which names every mistake in every file with its
 * line, two files with one id, and a folder without any.
 */
export const readProfiles = (folder: string): readonly DeviceProfile[] => {
  const profiles = new Map<string, DeviceProfile>()
  const problems: string[] = []
  const files = readFolder(folder)
  for (const file of files) {
    try {
      const profile = checkProfile(readFileSync(join(folder, file), "utf8"), join(folder, file))
      if (profiles.has(profile.id)) problems.push(`${join(folder, file)}: another file of the folder has the id ${profile.id} too`)
      profiles.set(profile.id, profile)
    } catch (error) {
      problems.push(error instanceof InvalidProfile ? error.message : `${join(folder, file)}: ${String(error)}`)
    }
  }
  if (files.length === 0) problems.push(`${folder}: holds no profile, that is no file whose name ends with .json`)
  if (problems.length > 0) throw new InvalidProfile(problems.join("\n"))
  return [...profiles.values()]
}

const isNamed = (profile: DeviceProfile, name: string): boolean =>
  [profile.id, ...profile.aliases].some((one) => one.toLowerCase() === name.toLowerCase())

/**
 * A profile as a user names it: an id, another name of the same device (in any case), or the path of a JSON file
 * of one's own. Profiles of `own` come first. Throws InvalidProfile.
 */
export const findProfile = (name: string, own: readonly DeviceProfile[] = []): DeviceProfile => {
  if (isFile(name)) return readOwn(name)
  const found = own.find((profile) => isNamed(profile, name))
  if (found) return found
  const wanted = name.toLowerCase()
  const id = listProfiles().find((one) => one === wanted) ??
    listProfiles().find((one) => loadProfile(one).aliases.some((alias) => alias.toLowerCase() === wanted))
  return loadProfile(id ?? name)
}
