import { spawn } from "node:child_process"
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { identify, isAlive, type ProcessIdentity } from "./process-record.ts"

/** How a server program is started. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Standard output and error are appended here. */
  readonly logFile: string
  /** User to run as, when root starts a server that refuses root. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined
}

/**
 * Starts a program in a session of its own, so that neither Ctrl-C nor the death of this one reaches it.
 * Calls `started` in the same turn. Throws what spawn throws (ENOENT, EACCES).
 */
export const launchDetached = async (launch: Launch, started: (it: ProcessIdentity) => void): Promise<ProcessIdentity> => {
  const log = openSync(launch.logFile, "a", 0o600)
  try {
    const child = spawn(launch.command, launch.args, {
      cwd: launch.cwd,
      env: launch.env,
      detached: true,
      stdio: ["ignore", log, log],
      ...(launch.user ? { uid: launch.user.uid, gid: launch.user.gid } : {})
    })
    const failed = new Promise<never>((_, reject) => child.once("error", reject))
    if (child.pid === undefined) return await failed
    failed.catch(() => {})
    child.unref()
    // A child that died at once has no start mark any more: a mark that nobody has makes it count as dead.
    const identity = identify(child.pid) ?? { pid: child.pid, startMark: "gone" }
    started(identity)
    return identity
  } finally {
    closeSync(log)
  }
}

/** Signals to end a process with, each with the milliseconds to wait for it; SIGKILL comes after the last. */
export type StopLadder = readonly (readonly [signal: NodeJS.Signals, waitMs: number])[]

/** Ends a process by ever harder signals and resolves when its pid is gone. */
export const endProcess = async (identity: ProcessIdentity, ladder: StopLadder): Promise<void> => {
  for (const [signal, waitMs] of [...ladder, ["SIGKILL", 10_000] as const]) {
    if (!isAlive(identity)) return
    sendSignal(identity.pid, signal)
    const end = Date.now() + waitMs
    while (isAlive(identity) && Date.now() < end) await sleep(10)
  }
  if (isAlive(identity)) throw new Error(`process ${identity.pid} does not end, not even by SIGKILL`)
}

const sendSignal = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone between the look and the signal, which is what was wanted.
  }
}

/** Size in bytes, 0 when the file is missing: where the next start's lines begin. */
export const logSize = (logFile: string): number => {
  try {
    return statSync(logFile).size
  } catch {
    return 0
  }
}

/** The first `count` lines written after byte `from`: a server that dies at start says why there. */
export const firstLines = (logFile: string, from: number, count = 12): string => {
  try {
    const lines = readFileSync(logFile).subarray(from).toString("utf8").trim().split("\n")
    return lines.slice(0, count).join("\n")
  } catch {
    return ""
  }
}

/** Keeps one older log beside the current one once it has grown beyond 16 MB. */
export const rotateLog = (logFile: string): void => {
  if (logSize(logFile) < 16 * 1024 * 1024) return
  rmSync(`${logFile}.old`, { force: true })
  renameSync(logFile, `${logFile}.old`)
}
