/** Seconds until the first try, doubling up to the longest: who registers a metering point need not wait long. */
const FIRST_PAUSE = 30
const LONGEST_PAUSE = 600

interface Waiting {
  readonly pause: number
  readonly nextAt: number
}

/**
 * Metering points that the engine does not take from this gateway yet. Their readings stay unsealed in the store; of
 * each the oldest goes alone from time to time, to ask. Kept in memory: after a restart the engine says so again.
 */
export class WaitingPoints {
  private readonly points = new Map<string, Waiting>()
  private readonly now: () => number

  /** `now` is a clock in seconds that never jumps. */
  constructor(now: () => number = () => performance.now() / 1_000) {
    this.now = now
  }

  get all(): Array<string> {
    return [...this.points.keys()]
  }

  has(meteringPoint: string): boolean {
    return this.points.has(meteringPoint)
  }

  /** The engine does not know these yet. */
  refused(meteringPoints: Iterable<string>): void {
    for (const one of meteringPoints) {
      const pause = Math.min(LONGEST_PAUSE, (this.points.get(one)?.pause ?? FIRST_PAUSE / 2) * 2)
      this.points.set(one, { pause, nextAt: this.now() + pause })
    }
  }

  /** The engine took readings of these. */
  taken(meteringPoints: Iterable<string>): void {
    for (const one of meteringPoints) this.points.delete(one)
  }

  /** Those to ask about now; each is named once until it is refused again. */
  takeDue(): Array<string> {
    const now = this.now()
    const due = [...this.points].filter(([, { nextAt }]) => nextAt <= now)
    for (const [one, { pause }] of due) this.points.set(one, { pause, nextAt: now + LONGEST_PAUSE })
    return due.map(([one]) => one)
  }
}
