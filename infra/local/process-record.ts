import { execFileSync } from "node:child_process"
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/**
 * A process, so that a reused pid is not mistaken for it.
 * `startMark` is opaque: on Linux boot id and start tick, elsewhere what `ps -o lstart` prints.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly startMark: string
}

/** What a data folder remembers of its part between two starts of the program. */
export interface PartRecord {
  readonly part: string
  /** Version of the server program. */
  readonly version: string
  /** Absent when the part was stopped in an orderly way. */
  readonly process?: ProcessIdentity
  /** Ports by name; kept after a stop so that a restart takes the same. */
  readonly ports: Readonly<Record<string, number>>
}

/** Identity of the process that has this pid now; undefined when there is none or it only waits to be reaped. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const startMark = process.platform === "linux" ? linuxStartMark(pid) : psStartMark(pid)
  return startMark === undefined ? undefined : { pid, startMark }
}

/** True while that very process lives: same pid and same start. */
export const isAlive = (identity: ProcessIdentity): boolean => identify(identity.pid)?.startMark === identity.startMark

// A tick alone may repeat after a reboot, so the boot's id goes with it.
const linuxStartMark = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    // The command name may hold blanks and brackets: fields are counted after its last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    const state = fields[0]
    if (state === "Z" || state === "X") return undefined
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()}/${fields[19]}`
  } catch {
    return undefined
  }
}

const psStartMark = (pid: number): string | undefined => {
  try {
    const options = { encoding: "utf8", env: { ...process.env, LC_ALL: "C" }, stdio: "pipe" } as const
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], options).trim()
    const [state = "Z", ...start] = line.split(/\s+/)
    return state.startsWith("Z") ? undefined : start.join(" ")
  } catch {
    return undefined
  }
}

const recordFile = (dataDir: string): string => join(dataDir, "record.json")

/** Reads the record of a data folder; undefined when there is none or it is unreadable. */
export const readRecord = (dataDir: string): PartRecord | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(recordFile(dataDir), "utf8"))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is PartRecord =>
  typeof value === "object" && value !== null && "part" in value && "ports" in value && typeof value.ports === "object"

/** Writes the record in one step, synchronously: between a spawn and its record nothing else may run. */
export const writeRecord = (dataDir: string, record: PartRecord): void => {
  const draft = `${recordFile(dataDir)}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, recordFile(dataDir))
}
