import { existsSync, lstatSync } from "node:fs"
import { readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { identify } from "./process-record.ts"

const suffix = ".origin"

/** Notes which link leads to a house under /var/lib/commonwatt. */
export const noteOrigin = (house: string, link: string): Promise<void> => writeFile(`${house}${suffix}`, link)

/** Drops that note, when the house is removed on purpose. */
export const forgetOrigin = (house: string): Promise<void> => rm(`${house}${suffix}`, { force: true })

/**
 * Removes houses whose link lay in the system's temporary folder and is gone, as after a test that was killed.
 * Others stay: a clone on a disk that is not mounted just now looks deserted too.
 */
export const sweepDeserted = async (servedFolder: string): Promise<void> => {
  for (const note of (await readdir(servedFolder)).filter((name) => name.endsWith(suffix))) {
    const house = join(servedFolder, note.slice(0, -suffix.length))
    const link = await readFile(join(servedFolder, note), "utf8").catch(() => "")
    if (!link.startsWith(`${tmpdir()}/`) || linkExists(link) || (await isInUse(house))) continue
    await rm(house, { recursive: true, force: true })
    await forgetOrigin(house)
  }
}

const linkExists = (link: string): boolean => lstatSync(link, { throwIfNoEntry: false }) !== undefined

const isInUse = async (house: string): Promise<boolean> => {
  const file = join(house, "data", "postmaster.pid")
  if (!existsSync(file)) return false
  return identify(Number((await readFile(file, "utf8")).split("\n")[0])) !== undefined
}
