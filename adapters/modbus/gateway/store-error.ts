/** Why the store does not take or give what it should. */
export type StoreProblem = "full" | "in use" | "not a store" | "not writable" | "failed"

/** The gateway's store refused. What it held before is as it was: every write is a transaction. */
export class StoreError extends Error {
  override readonly name = "StoreError"
  readonly _tag = "StoreError"
  readonly problem: StoreProblem
  readonly mend: string

  constructor(problem: StoreProblem, message: string, mend: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
    this.mend = mend
  }
}

// SQLite's primary result codes.
const BUSY = 5
const READ_ONLY = 8
const IO_ERROR = 10
const CORRUPT = 11
const FULL = 13
const CANNOT_OPEN = 14
const NO_DATABASE = 26

/** Names a failure of node:sqlite. A full disk comes as SQLITE_FULL, or as an I/O error that carries ENOSPC in errno only. */
export const storeErrorOf = (file: string, cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  const code = (cause as { readonly errcode?: number } | null)?.errcode ?? 0
  const says = `${file} (${cause instanceof Error ? cause.message : String(cause)})`
  switch (code & 0xff) {
    case FULL:
      return new StoreError("full", `the disk of the gateway's store is full: ${says}`, "make room; the gateway holds new readings in memory meanwhile and has lost nothing that it stored", { cause })
    case IO_ERROR:
      return new StoreError("full", `the gateway's store cannot be written: ${says}`, "make room on the disk, or replace it; the gateway holds new readings in memory meanwhile", { cause })
    case BUSY:
      return new StoreError("in use", `another gateway works on ${file}`, "stop it first, or give each gateway a store of its own", { cause })
    case CORRUPT:
    case NO_DATABASE:
      return new StoreError("not a store", `this is no store of a gateway: ${says}`, "move the file away and restore a backup; without one sequences begin anew, and the operator registers a new gateway key", { cause })
    case READ_ONLY:
    case CANNOT_OPEN:
      return new StoreError("not writable", `the gateway's store cannot be opened: ${says}`, "see that the folder exists and belongs to the gateway's user", { cause })
    default:
      return new StoreError("failed", `the gateway's store failed: ${says}`, "keep the file and report this", { cause })
  }
}
