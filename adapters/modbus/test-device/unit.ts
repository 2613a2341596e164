import type { Register } from "../profiles/profile.ts"
import type { Stretch } from "./device-memory.ts"

/** One unit that a test device answers for. */
export interface Unit {
  readonly unit: number
  /** The registers as they stand at a time in ms. */
  readonly stretches: (nowMs: number) => readonly Stretch[]
  /** What the registers mean, at the addresses where they stand, where that is known. */
  readonly registers: readonly Register[]
  /** The counters start from 0 again. */
  readonly reset: (nowMs: number) => void
}
