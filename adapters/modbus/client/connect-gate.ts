/**
 * Lets only so many connections open at one moment. Thousands of connects at once overflow the queues of
 * listeners and routers on the way, and each lost one costs a second or more until TCP tries again.
 */
export class ConnectGate {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Calls `go` now or when it is its turn; whoever was let in must `leave` once. */
  enter(go: () => void): void {
    if (this.#inside >= this.#most) return void this.#waiting.push(go)
    this.#inside += 1
    go()
  }

  leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#inside -= 1
  }
}

/** The gate of this process: below the length of the queue that most systems give a listener (511). */
export const processGate = new ConnectGate(256)
