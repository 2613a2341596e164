import type { Totals } from "./flow.ts"

/** An implementation under measurement: everything but `run` is outside the timed part. */
export interface Bench {
  /** How many commands of the flow it runs: all, or the first so many where it is too slow for more. */
  readonly commands: number
  /** Empty books, ready for the whole flow. */
  prepare(): void
  /** Runs commands `from` to `to`. Only this is timed. */
  run(from: number, to: number): void
  /** What the flow ended with, counted from the implementation's own state and events. */
  totals(): Totals
  /** State hash after the commands that were run, where the implementation has one. */
  hash?(): string
}

/**
 * Makes the kernel hand out the pages of new, empty books now, by writing each page of each typed array that is reached
 * from `root`: a running engine has touched its memory long ago.
 */
export const touchPages = (root: unknown, seen: Set<unknown> = new Set()): void => {
  if (typeof root !== "object" || root === null || seen.has(root)) return
  seen.add(root)
  if (ArrayBuffer.isView(root)) {
    const bytes = new Uint8Array(root.buffer, root.byteOffset, root.byteLength)
    for (let at = 0; at < bytes.length; at += 4_096) bytes[at]! |= 0
    return
  }
  for (const value of Object.values(root)) touchPages(value, seen)
}
