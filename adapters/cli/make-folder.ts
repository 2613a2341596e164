import { existsSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"

/** Makes a folder and those above it, step by step, because Node's own recursive mkdir never returns below /proc. */
export const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause
  }
}
