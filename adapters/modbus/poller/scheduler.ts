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

/** Running polls of many meters. Due times are counted from the start, so a slow poll shifts none of them. */
export class PollSchedule {
  readonly #settings: ScheduleSettings
  readonly #startedAt = performance.now()
  readonly #timers: (NodeJS.Timeout | undefined)[]
  readonly #running = new Map<number, Promise<void>>()
  #isStopped = false

  /** Starts at once. */
  constructor(settings: ScheduleSettings) {
    this.#settings = settings
    this.#timers = Array.from({ length: settings.meters }, (_, meter) => this.#wait(meter, 0))
  }

  /** Starts no poll any more and resolves when the running ones have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all(this.#running.values())
  }

  #wait(meter: number, round: number): NodeJS.Timeout {
    const { meters, intervalMs } = this.#settings
    const due = this.#startedAt + (round + meter / meters) * intervalMs
    return setTimeout(() => this.#due(meter, round), Math.max(0, due - performance.now()))
  }

  #due(meter: number, round: number): void {
    if (this.#isStopped) return
    if (this.#running.has(meter)) this.#settings.missed?.(meter)
    else this.#running.set(meter, this.#settings.poll(meter).finally(() => this.#running.delete(meter)))
    // After a pause of the whole process (a laptop that slept) the rounds in between are gone, not made up for.
    const { intervalMs, meters } = this.#settings
    const now = (performance.now() - this.#startedAt) / intervalMs - meter / meters
    const next = Math.max(round + 1, Math.ceil(now))
    for (let left = round + 1; left < next; left++) this.#settings.missed?.(meter)
    this.#timers[meter] = this.#wait(meter, next)
  }
}
