/**
 * Polls many meters again and again, spread over the interval: each meter has its own moment in it, so that
 * neither the network nor this process meets all of them at once, and none is served before another twice.
 */

/** What a schedule does and how often. */
export interface ScheduleSettings {
  /** Count of meters; `poll` gets their indexes. */
  readonly meters: number
  /** Ms between two polls of one meter. */
  readonly intervalMs: number
  /** One poll; must not reject. */
  readonly poll: (meter: number) => Promise<void>
  /** A poll was still running when the next was due, so that one is left out. */
  readonly missed?: (meter: number) => void
}

/**
 * Running polls of many meters. Due times are counted from the start, so a slow poll shifts none of them. One timer
 * serves all meters: polls are due one after the other, meter after meter and round after round.
 */
export class PollSchedule {
  readonly #settings: ScheduleSettings
  readonly #startedAt = performance.now()
  readonly #running = new Map<number, Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  /** Count of polls that were due before. */
  #due = 0

  /** Starts at once. */
  constructor(settings: ScheduleSettings) {
    this.#settings = settings
    if (settings.meters > 0) this.#wait()
  }

  /** Starts no poll any more and resolves when the running ones have ended. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await Promise.all(this.#running.values())
  }

  /** When a poll is due, by its place among all polls of all meters. */
  #dueAt(place: number): number {
    return this.#startedAt + (place * this.#settings.intervalMs) / this.#settings.meters
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#pollDue(), Math.max(0, Math.ceil(this.#dueAt(this.#due) - performance.now())))
  }

  #pollDue(): void {
    const { intervalMs } = this.#settings
    const now = performance.now()
    for (; this.#timer && this.#dueAt(this.#due) <= now; this.#due++) {
      // After a pause of the whole process (a laptop that slept) the rounds in between are gone, not made up for.
      const isLost = this.#dueAt(this.#due) <= now - intervalMs
      this.#poll(this.#due % this.#settings.meters, isLost)
    }
    if (this.#timer) this.#wait()
  }

  #poll(meter: number, isLost: boolean): void {
    if (isLost || this.#running.has(meter)) this.#settings.missed?.(meter)
    else this.#running.set(meter, this.#settings.poll(meter).finally(() => this.#running.delete(meter)))
  }
}
