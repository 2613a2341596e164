import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { repositoryFolder } from "../../../infra/local/cache.ts"
import { identify, isAlive, type ProcessIdentity } from "../../../infra/local/process-record.ts"
import { UserError } from "../user-error.ts"
import type { World } from "../world/world.ts"

/** What a data folder was begun with; another start needs another folder. */
interface Beginning {
  readonly profile: string
  readonly world: string
  readonly worldHash: string
  readonly from: string
}

/** The folder of one (profile, world, start): `.commonwatt/data/...` in the clone unless named. */
export const dataFolder = (named: string | undefined, profile: string, world: World, from: string): string =>
  resolve(named ?? join(repositoryFolder, ".commonwatt", "data", `${profile}-${basename(world.name)}-${world.hash}-${from}`))

/** Makes the folder, or checks that it was begun with the same profile, world and start. */
export const openDataFolder = (folder: string, beginning: Beginning): void => {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new UserError(`the data folder ${folder} is not writable (${(cause as Error).message})`, "give yourself the rights, or name another folder by --data DIR")
  }
  const file = join(folder, "beginning.json")
  if (!existsSync(file)) return writeWhole(file, JSON.stringify(beginning, null, 2))
  const before = JSON.parse(readFileSync(file, "utf8")) as Beginning
  for (const [field, label] of [["from", "start"], ["world", "world"], ["worldHash", "content of the world file"], ["profile", "profile"]] as const) {
    if (before[field] === beginning[field]) continue
    throw new UserError(
      `the data folder ${folder} was begun with the ${label} ${before[field]}, and you ask for ${beginning[field]}`,
      "leave out what differs to go on with this folder, or name another one by --data DIR"
    )
  }
}

const writeWhole = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

/** Claims the folder for this process; returns the release. Another living process of ours is an error that names it. */
export const claimDataFolder = (folder: string): (() => void) => {
  const file = join(folder, "owner.json")
  if (existsSync(file)) {
    const owner = JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity
    if (isAlive(owner) && owner.pid !== process.pid) {
      throw new UserError(`process ${owner.pid} is already running on ${folder}`, "open its console, or stop it first (Ctrl-C in its terminal), or use another folder by --data DIR")
    }
  }
  writeWhole(file, JSON.stringify(identify(process.pid)))
  return () => rmSync(file, { force: true })
}
