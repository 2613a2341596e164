import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

/** Runs `work` in one process at a time; the lock of a process that is gone is broken. */
export async function onlyOne(lockFile, work) {
  mkdirSync(dirname(lockFile), { recursive: true })
  for (let waited = 0; !taken(lockFile); waited++) {
    if (waited === 10) console.error("commonwatt: waiting for another set-up of this clone")
    await sleep(100)
  }
  try {
    return await work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

function taken(lockFile) {
  const draft = `${lockFile}.${process.pid}`
  try {
    // Written aside and linked into place: a lock is never seen without its owner.
    writeFileSync(draft, String(process.pid))
    linkSync(draft, lockFile)
    return true
  } catch (error) {
    if (error.code !== "EEXIST") throw error
    if (!ownerLives(lockFile)) rmSync(lockFile, { force: true })
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

function ownerLives(lockFile) {
  try {
    process.kill(Number(readFileSync(lockFile, "utf8")), 0)
    return true
  } catch (error) {
    return error.code === "EPERM"
  }
}
