import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { makeFolder } from "./make-folder.ts"
import { UserError } from "./user-error.ts"

/** The whole path of a folder that is to be written. A UserError where it exists: `what`, as "a run", is never overwritten. */
export const newFolder = (out: string, what: string): string => {
  const path = resolve(out)
  if (existsSync(path)) throw new UserError(`${path} exists, and ${what} is never overwritten`, "name a new folder by --out")
  return path
}

/** Writes the files of a new folder, named by their paths in it, in one move: where one cannot be written, nothing is left behind. Only its owner reads a file that `isSecret`. */
export const writeFolder = (out: string, files: Iterable<readonly [path: string, content: string | Uint8Array]>, isSecret: (path: string) => boolean = () => false): void => {
  const temporary = `${out}.partial-${process.pid}`
  try {
    for (const [path, content] of files) {
      makeFolder(dirname(join(temporary, path)))
      writeFileSync(join(temporary, path), content, { mode: isSecret(path) ? 0o600 : 0o644 })
    }
    renameSync(temporary, out)
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true })
    throw new UserError(`${out} cannot be written (${(cause as Error).message})`, "give a folder with room that you may write to by --out")
  }
}
