import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { errorCode } from "./file-problem.ts"
import { identify, isAlive, type ProcessIdentity } from "./process-record.ts"

let drafts = 0

/**
 * Runs `work` while holding a lock file, so that two programs never fill or start the same folder at once.
 * Waits for a living owner and calls `onWait` with its pid about once a second; breaks the lock of a dead one.
 */
export const withLock = async <A>(
  lockFile: string,
  work: () => Promise<A>,
  onWait: (ownerPid: number) => void = () => {}
): Promise<A> => {
  await mkdir(dirname(lockFile), { recursive: true })
  const draft = `${lockFile}.${process.pid}.${drafts++}`
  // Written aside and linked into place: a lock file is never seen half written.
  await writeFile(draft, JSON.stringify(identify(process.pid)))
  try {
    await acquire(draft, lockFile, onWait)
    try {
      return await work()
    } finally {
      await rm(lockFile, { force: true })
    }
  } finally {
    await rm(draft, { force: true })
  }
}

const acquire = async (draft: string, lockFile: string, onWait: (ownerPid: number) => void): Promise<void> => {
  for (let attempt = 0; ; attempt++) {
    if (await linked(draft, lockFile)) return
    const owner = await readOwner(lockFile)
    if (owner === "gone") continue
    if (owner === "unreadable" || !isAlive(owner)) {
      await breakStale(draft, lockFile)
      continue
    }
    if (attempt % 20 === 10) onWait(owner.pid)
    await sleep(50)
  }
}

const linked = async (draft: string, lockFile: string): Promise<boolean> => {
  try {
    await link(draft, lockFile)
    return true
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false
    throw error
  }
}

const readOwner = async (lockFile: string): Promise<ProcessIdentity | "gone" | "unreadable"> => {
  try {
    const owner: unknown = JSON.parse(await readFile(lockFile, "utf8"))
    const whole = typeof owner === "object" && owner !== null && "pid" in owner && "startMark" in owner
    return whole ? (owner as ProcessIdentity) : "unreadable"
  } catch (error) {
    return errorCode(error) === "ENOENT" ? "gone" : "unreadable"
  }
}

/** Moves the dead lock aside; if a faster program had replaced it meanwhile, its living lock is put back. */
const breakStale = async (draft: string, lockFile: string): Promise<void> => {
  const aside = `${draft}.stale`
  try {
    await rename(lockFile, aside)
  } catch (error) {
    if (errorCode(error) === "ENOENT") return
    throw error
  }
  const owner = await readOwner(aside)
  if (typeof owner === "object" && isAlive(owner)) await linked(aside, lockFile)
  await rm(aside, { force: true })
}
