import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { endProcess, type StopLadder } from "./detached.ts"
import { identify } from "./process-record.ts"

/** Fast shutdown, then the immediate one, which replays the log at the next start. */
export const postgresStopLadder: StopLadder = [["SIGINT", 15_000], ["SIGQUIT", 5_000]]

/**
 * Clears the way for a new server on a data folder whose record names no living one.
 * PostgreSQL refuses to start while the pid in its lock file lives, even when a stranger got that number since: such a
 * file goes. A living postgres on this very folder, left when somebody deleted our record, is ended.
 */
export const endOrphan = async (data: string): Promise<void> => {
  const file = join(data, "postmaster.pid")
  if (!existsSync(file)) return
  const pid = Number((await readFile(file, "utf8")).split("\n")[0])
  const identity = identify(pid)
  if (identity && commandLine(pid).includes(data)) await endProcess(identity, postgresStopLadder)
  await rm(file, { force: true })
}

const commandLine = (pid: number): string => {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8")
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" })
  } catch {
    return ""
  }
}
