// One implementation in a process of its own, so that nobody's type feedback or heap is another's. Talks to book.ts.
import { PerformanceObserver } from "node:perf_hooks"
import { full, naiveHashAfter } from "./commonwatt.ts"
import { matching } from "./commonwatt-matching.ts"
import { floor } from "./floor.ts"
import { readFlow, type Flow, type Totals } from "./flow.ts"
import type { Bench } from "./implementation.ts"

export interface RoundResult {
  readonly nsPerCommand: number
  readonly gcCount: number
  readonly rssMb: number
  readonly totals: Totals
}
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
}
export interface Request {
  readonly ask: "round" | "percentiles" | "hashes"
  /** How many commands the naive books follow. */
  readonly commands: number
}

const [name = "", file = "", orders = "262144"] = process.argv.slice(2)
const flow: Flow = readFlow(file)

const make = (): Bench => {
  if (name === "full") return full(flow, Number(orders), 0)
  if (name === "full-stp") return full(flow, Number(orders), 1)
  return name === "matching" ? matching(flow, Number(orders)) : floor(flow)
}
const bench = make()

const collections: Array<number> = []
new PerformanceObserver((list) => collections.push(...list.getEntries().map((entry) => entry.startTime))).observe({ entryTypes: ["gc"] })
const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

const round = async (): Promise<RoundResult> => {
  bench.prepare()
  globalThis.gc?.()
  await settle()
  const began = performance.now()
  bench.run()
  const ended = performance.now()
  await settle()
  const gcCount = collections.filter((at) => at >= began && at <= ended).length
  return { nsPerCommand: ((ended - began) * 1e6) / flow.commands, gcCount, rssMb: Math.round(process.memoryUsage().rss / 2 ** 20), totals: bench.totals() }
}

/** Each command timed by itself, after the books are half full; includes two readings of the clock. */
const percentiles = (): Percentiles => {
  bench.prepare()
  const took = new Float64Array(flow.commands)
  for (let index = 0; index < flow.commands; index++) {
    const began = performance.now()
    bench.run(index, index + 1)
    took[index] = performance.now() - began
  }
  const sorted = took.subarray(flow.commands >> 1).slice().sort()
  const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)]! * 1e6)
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
}

/** The state hash after the first commands, by the fast books and by the naive ones. */
const hashes = (commands: number) => {
  const policy = name === "full-stp" ? 1 : 0
  return { fast: full(flow, Number(orders), policy).hashAfter(commands), naive: naiveHashAfter(flow, Number(orders), policy, commands) }
}

process.on("message", async (request: Request) => {
  const answer = request.ask === "round" ? await round() : request.ask === "percentiles" ? percentiles() : hashes(request.commands)
  process.send!(answer)
})
process.send!("ready")
