import type { Totals } from "./flow.ts"

/** An implementation under measurement: `prepare` and `totals` are outside the timed part. */
export interface Bench {
  /** Empty books, ready for the whole flow. */
  prepare(): void
  /** Runs commands `from` to `to`; all of them where none are named. Only this is timed. */
  run(from?: number, to?: number): void
  /** What the flow ended with, counted from the implementation's own state and events. */
  totals(): Totals
}
