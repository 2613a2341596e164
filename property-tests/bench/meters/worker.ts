// One implementation in a process of its own: reads every meter in a closed loop and says what that took.
import { implementations } from "./clients.ts"

/** What to measure. */
export interface Order {
  readonly implementation: string
  readonly meters: number
  readonly port: number
  readonly seconds: number
}

/** What was measured: reads and their CPU time over `seconds`, after every meter was read once. */
export interface Measured {
  readonly reads: number
  readonly wrong: number
  readonly failed: number
  readonly seconds: number
  readonly cpuMicros: number
  readonly rssMb: number
}

const measure = async ({ implementation, meters, port, seconds }: Order): Promise<Measured> => {
  const clients = await implementations.find(({ name }) => name === implementation)!.connect(meters, port)
  let reads = 0
  let wrong = 0
  let failed = 0
  const clock = { isOver: false }
  // Connects, finds the path's types and fills its caches before the clock runs.
  for (let from = 0; from < meters; from += 200) {
    await Promise.all(Array.from({ length: Math.min(200, meters - from) }, (_, index) => clients.read(from + index)))
  }
  const loop = async (meter: number): Promise<void> => {
    while (!clock.isOver) {
      try {
        if (!await clients.read(meter)) wrong += 1
        reads += 1
      } catch {
        failed += 1
      }
    }
  }
  const loops = Array.from({ length: meters }, (_, meter) => loop(meter))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const begun = { reads, at: performance.now(), cpu: process.cpuUsage() }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const cpu = process.cpuUsage(begun.cpu)
  const measured = {
    reads: reads - begun.reads, wrong, failed, seconds: (performance.now() - begun.at) / 1_000,
    cpuMicros: cpu.user + cpu.system, rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20)
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
