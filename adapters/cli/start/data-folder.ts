import { accessSync, constants, existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { repositoryFolder } from "../../../infra/local/cache.ts"
import { identify, isAlive, type ProcessIdentity } from "../../../infra/local/process-record.ts"
import { makeFolder } from "../make-folder.ts"
import { UserError } from "../user-error.ts"
import type { World } from "../world/world.ts"

/** Form of records and state: raised when a version of the program can no longer read what the one before wrote. */
const FORM = 4

/** What a data folder was begun with; another start needs another folder. */
interface Beginning {
  readonly profile: "embedded" | "full"
  readonly world: string
  readonly worldHash: string
  readonly from: string
}

/** The folder of one (profile, world, start): `.commonwatt/data/...` in the clone unless named. */
export const dataFolder = (named: string | undefined, profile: string, world: World, from: string): string =>
  resolve(named ?? join(repositoryFolder, ".commonwatt", "data", `${profile}-${basename(world.name)}-${world.hash}-${from}-form${FORM}`))

/** Makes the folder, or checks that it was begun with the same profile, world and start. */
export const openDataFolder = (folder: string, beginning: Beginning): void => {
  const file = join(folder, "beginning.json")
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
    if (!existsSync(file)) return writeWhole(file, JSON.stringify({ ...beginning, form: FORM }, null, 2))
  } catch (cause) {
    throw new UserError(`the data folder ${folder} is not writable (${(cause as Error).message})`, "give yourself the rights, or name another folder by --data DIR")
  }
  const before = readBeginning(folder)
  for (const [field, label] of [["from", "start"], ["world", "world"], ["worldHash", "content of the world file"], ["profile", "profile"]] as const) {
    if (before[field] === beginning[field]) continue
    throw new UserError(
      `the data folder ${folder} was begun with the ${label} ${before[field]}, and you ask for ${beginning[field]}`,
      "leave out what differs to go on with this folder, or name another one by --data DIR"
    )
  }
}

/** Refuses a folder whose records another version of the program wrote in a form that this one does not read. */
const refuseOtherForm = (folder: string, { form = 1 }: { readonly form?: number }): void => {
  if (form === FORM) return
  throw new UserError(
    `the data folder ${folder} was begun by a version of commonwatt that keeps its records in form ${form}; this one reads form ${FORM}`,
    "begin anew with another folder, by --data DIR, or go on with the version that began it"
  )
}

/** What a data folder was begun with. */
export const readBeginning = (folder: string): Beginning => {
  const file = join(folder, "beginning.json")
  if (!existsSync(file)) throw new UserError(`${folder} is no data folder of commonwatt`, "name the folder that `start` printed, by --data DIR")
  const beginning = parseBeginning(file)
  refuseOtherForm(folder, beginning)
  return beginning
}

const parseBeginning = (file: string): Beginning & { readonly form?: number } => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Beginning & { readonly form?: number }
  } catch (cause) {
    throw new UserError(`${file} cannot be read (${(cause as Error).message})`, "restore it from a backup of the folder, or name another folder by --data DIR")
  }
}

const writeWhole = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

/** Claims the folder for this process; returns the release. Another living process of ours is an error that names it. */
export const claimDataFolder = (folder: string): (() => void) => {
  const file = join(folder, "owner.json")
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(identify(process.pid)))
  try {
    // A link is made by one of two programs that start at the same moment, never by both.
    while (!linked(draft, file)) refuseLivingOwner(folder, file)
  } finally {
    rmSync(draft, { force: true })
  }
  return () => rmSync(file, { force: true })
}

const linked = (draft: string, file: string): boolean => {
  try {
    linkSync(draft, file)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false
    throw cause
  }
}

/** Removes the claim of a process that is dead. */
const refuseLivingOwner = (folder: string, file: string): void => {
  const owner = readOwner(file)
  if (owner !== undefined && isAlive(owner)) {
    throw new UserError(`process ${owner.pid} is already running on ${folder}`, "open its console, or stop it first (Ctrl-C in its terminal), or use another folder by --data DIR")
  }
  rmSync(file, { force: true })
}

const readOwner = (file: string): ProcessIdentity | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity
  } catch {
    return undefined
  }
}
