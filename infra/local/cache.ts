import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { explaining } from "./file-problem.ts"
import { withLock } from "./folder-lock.ts"
import { type Progress, silent } from "./part.ts"

/** The clone this file lies in. */
export const repositoryFolder: string = resolve(dirname(fileURLToPath(import.meta.url)), "../..")

/** Folder for downloads and builds: COMMONWATT_CACHE, else `.commonwatt/cache` in the clone. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env, repoDir: string = repositoryFolder): string =>
  env["COMMONWATT_CACHE"] ? resolve(env["COMMONWATT_CACHE"]) : join(repoDir, ".commonwatt", "cache")

export interface Filling {
  readonly part: string
  /** Folder to fill; emptied first when it is not complete. */
  readonly folder: string
  /** Names the content: a folder filled under another key is filled anew. */
  readonly key: string
  readonly fill: (folder: string) => Promise<void>
  readonly progress?: Progress
}

const marker = "complete.txt"

/** Makes sure that a cache folder is completely filled, once, however many programs want it. */
export const fillOnce = async (filling: Filling): Promise<void> => {
  if (await isComplete(filling)) return
  const { part, folder, progress = silent } = filling
  const waiting = (pid: number): void => progress({ part, text: `waiting for process ${pid}, which fetches the same` })
  await explaining(part, folder, () => withLock(`${folder}.lock`, () => fillNow(filling), waiting))
}

const fillNow = async (filling: Filling): Promise<void> => {
  if (await isComplete(filling)) return
  await emptied(filling.folder)
  await filling.fill(filling.folder)
  await writeFile(join(filling.folder, marker), filling.key)
}

// The folder itself may be a link to a place that servers can reach, so only its content goes.
const emptied = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
}

const isComplete = async ({ folder, key }: Filling): Promise<boolean> => {
  const file = join(folder, marker)
  return existsSync(file) && (await readFile(file, "utf8")) === key
}
