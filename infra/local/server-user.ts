import { createHash } from "node:crypto"
import { chown, lstat, mkdir, readFile, readlink, rm, symlink } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { noteOrigin, sweepDeserted } from "./deserted-houses.ts"
import { errorCode } from "./file-problem.ts"
import { PartUnavailable } from "./part.ts"

/** The account a database server runs under when this program runs as root, whom PostgreSQL refuses. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** Root's place for what servers must reach: an unprivileged user cannot even enter a clone below /root. */
export const servedFolder = "/var/lib/commonwatt"

/** undefined for a plain user, who runs servers as himself; for root an existing unprivileged account. */
export const findServerUser = async (part: string): Promise<ServerUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined
  const accounts = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"))
  for (const wanted of ["postgres", "nobody"]) {
    const account = accounts.find(([name]) => name === wanted)
    if (account) return { name: wanted, uid: Number(account[2]), gid: Number(account[3]) }
  }
  const mend = "start as a plain user, or add one (useradd --system postgres)"
  throw new PartUnavailable({ part, cause: "PostgreSQL does not run as root and there is no unprivileged user", mend })
}

/**
 * Makes `folder` and returns the real place behind it. For a plain user that is the folder itself; for root a folder
 * under /var/lib/commonwatt that `folder` links to, so that no parent of the clone ever changes hands.
 * `fresh` is true when nothing that was kept there may be used again: a link that is gone was removed by somebody.
 */
export const housedFolder = async (folder: string, user: ServerUser | undefined): Promise<{ real: string; fresh: boolean }> => {
  const link = resolve(folder)
  if (user === undefined) return { real: link, fresh: (await mkdir(link, { recursive: true, mode: 0o700 })) !== undefined }
  const mark = createHash("sha256").update(link).digest("hex").slice(0, 16)
  const real = join(servedFolder, `${basename(dirname(link))}-${basename(link)}-${mark}`)
  const fresh = (await linkTarget(link)) !== real
  await mkdir(real, { recursive: true, mode: 0o755 })
  if (fresh) {
    await mkdir(dirname(link), { recursive: true })
    await rm(link, { force: true })
    await symlink(real, link)
    await noteOrigin(real, link)
    await sweepDeserted(servedFolder)
  }
  return { real, fresh }
}

/** Hands a folder to the server's user; nothing to do where the server runs as ourselves. */
export const handOver = async (path: string, user: ServerUser | undefined): Promise<void> => {
  if (user) await chown(path, user.uid, user.gid)
}

const linkTarget = async (link: string): Promise<string | undefined> => {
  try {
    return (await lstat(link)).isSymbolicLink() ? await readlink(link) : undefined
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined
    throw error
  }
}
