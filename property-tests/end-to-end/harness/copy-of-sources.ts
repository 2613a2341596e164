import { cpSync, rmSync, symlinkSync } from "node:fs"
import { basename, join } from "node:path"
import { cacheFolder } from "../../../infra/local/cache.ts"
import { emptyFolder, repository } from "./market-process.ts"

const leftOut = new Set([".git", ".commonwatt", "node_modules", "dist"])

/** A copy of the sources, to be changed by a test: it shares the installed packages and the cache with this clone. */
export const copyOfSources = (name: string): { readonly folder: string; readonly env: NodeJS.ProcessEnv; readonly remove: () => void } => {
  const folder = emptyFolder(name)
  cpSync(repository, folder, { recursive: true, filter: (path) => !leftOut.has(basename(path)) })
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"))
  return { folder, env: { COMMONWATT_CACHE: cacheFolder() }, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
