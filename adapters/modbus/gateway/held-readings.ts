import { periodOf } from "../../../engine/core/calendar/period.ts"
import type { NewReading } from "./gateway-store.ts"

/** Readings held while the store takes none: about 20 MB with their raw words. */
export const MOST_HELD = 20_000

/**
 * Readings in memory while the disk is full. Beyond its limit it thins itself: counters count on, so a reading between
 * two others loses no energy; those nearest to the start of a delivery period and the newest go last.
 */
export class HeldReadings {
  private held: Array<NewReading> = []
  private readonly limit: number
  /** Readings given up so far. */
  thinned = 0

  constructor(limit: number = MOST_HELD) {
    this.limit = limit
  }

  get size(): number {
    return this.held.length
  }

  /** The last reading held of a metering point. */
  lastOf(meteringPoint: string): NewReading | undefined {
    return this.held.findLast((one) => one.meteringPoint === meteringPoint)
  }

  add(readings: ReadonlyArray<NewReading>): void {
    this.held.push(...readings)
    if (this.held.length <= this.limit) return
    const before = this.held.length
    const half = this.limit >> 1
    const old = this.held.slice(0, half)
    const edges = new Set<string>()
    const kept = old.filter(({ meteringPoint, time }) => {
      const edge = `${meteringPoint}/${periodOf(time)}`
      if (edges.has(edge)) return false
      edges.add(edge)
      return true
    })
    // Where the old half is thin already, its older half goes.
    this.held = [...(kept.length > half * 0.9 ? kept.slice(kept.length >> 1) : kept), ...this.held.slice(half)]
    this.thinned += before - this.held.length
  }

  /** Everything held, in the order in which it came. */
  get all(): ReadonlyArray<NewReading> {
    return this.held
  }

  /** Readings later than `limit` were read by a clock that was wrong: they become evidence. Returns how many. */
  disbelieve(limit: number): number {
    const wrong = this.held.filter(({ time, isWithheld }) => time > limit && !isWithheld).length
    this.held = this.held.map((one) => (one.time > limit && !one.isWithheld ? { ...one, isWithheld: true, flags: [...one.flags, "WrongTime" as const], memory: {} } : one))
    return wrong
  }

  /** Forgets everything: the store has it. */
  clear(): void {
    this.held = []
  }
}
