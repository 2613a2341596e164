// One implementation in a process of its own: reads every meter in a closed loop and says what that took.
import { implementations } from "./clients.ts"

/** What to measure. */
export interface Order {
  readonly implementation: string
  readonly meters: number
  readonly port: number
  readonly seconds: number
}

/** What was measured: reads and their CPU time over `seconds`, once the client was warm. */
export interface Measured {
  readonly reads: number
  /** Reads with other words than the meters show, from the start on. */
  readonly wrong: number
  /** Reads that came to nothing; a client that gives up on one has worked for it nevertheless. */
  readonly failed: number
  readonly seconds: number
  readonly cpuMicros: number
  readonly rssMb: number
}

/** A poller runs for years: what counts is compiled code, and on a busy machine a second does not bring that. */
const warmReads = 30_000
const leastWarmMs = 1_000
const mostWarmMs = 15_000
const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

const measure = async ({ implementation, meters, port, seconds }: Order): Promise<Measured> => {
  const clients = await implementations.find(({ name }) => name === implementation)!.connect(meters, port)
  const count = { reads: 0, wrong: 0, failed: 0 }
  const clock = { isOver: false }
  // Connects, finds the path's types and fills its caches before the clock runs.
  for (let from = 0; from < meters; from += 200) {
    await Promise.all(Array.from({ length: Math.min(200, meters - from) }, (_, index) => clients.read(from + index)))
  }
  const loop = async (meter: number): Promise<void> => {
    while (!clock.isOver) {
      try {
        if (!await clients.read(meter)) count.wrong += 1
        count.reads += 1
      } catch {
        count.failed += 1
      }
    }
  }
  const loops = Array.from({ length: meters }, (_, meter) => loop(meter))
  const started = performance.now()
  await pause(leastWarmMs)
  while (count.reads < warmReads && performance.now() - started < mostWarmMs) await pause(100)
  const begun = { ...count, at: performance.now(), cpu: process.cpuUsage() }
  await pause(seconds * 1_000)
  const cpu = process.cpuUsage(begun.cpu)
  const measured = {
    reads: count.reads - begun.reads, wrong: count.wrong, failed: count.failed - begun.failed,
    seconds: (performance.now() - begun.at) / 1_000, cpuMicros: cpu.user + cpu.system, rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20)
  }
  clock.isOver = true
  await Promise.all(loops)
  clients.close()
  return measured
}

process.on("message", (order: Order) => {
  measure(order).then(
    (measured) => process.send!(measured, () => process.exit(0)),
    (error: unknown) => { process.stderr.write(`${order.implementation}: ${error instanceof Error ? error.message : String(error)}\n`); process.exit(1) }
  )
})
// Who asked is gone: an interrupted benchmark leaves nothing running.
process.on("disconnect", () => process.exit(0))
