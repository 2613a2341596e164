// One implementation in a process of its own, so that nobody's type feedback or heap is another's. Talks to child.ts.
import { PerformanceObserver } from "node:perf_hooks"
import { ALLOW, CANCEL_NEWEST } from "../../../engine/core/market/book/terms.ts"
import { full } from "./commonwatt.ts"
import { matching } from "./commonwatt-matching.ts"
import { expectFlow } from "./expected.ts"
import { floor } from "./floor.ts"
import { firstOf, type Totals } from "./flow.ts"
import type { Bench } from "./implementation.ts"
import { FIRST_COMMANDS, limitOrderBook } from "./limit-order-book.ts"
import { percentilesOf } from "./percentiles.ts"
import { readFlow } from "./read-flow.ts"

export interface RoundResult {
  readonly nsPerCommand: number
  readonly gcCount: number
  readonly rssMb: number
  readonly totals: Totals
  readonly hash?: string
}
export type Asked = "round" | "percentiles"

const [name = "", file = "", orders = "262144"] = process.argv.slice(2)
const flow = readFlow(file)

const make = (): Bench => {
  if (name === "full") return full(flow, Number(orders), ALLOW)
  if (name === "full-first") return full(firstOf(flow, FIRST_COMMANDS), Number(orders), ALLOW)
  if (name === "full-stp") return full(flow, Number(orders), CANCEL_NEWEST)
  if (name === "matching") return matching(flow, Number(orders))
  return name === "floor" ? floor(flow) : limitOrderBook(name, flow)
}

const collections: Array<number> = []
new PerformanceObserver((list) => collections.push(...list.getEntries().map((entry) => entry.startTime))).observe({ entryTypes: ["gc"] })
const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

const round = async (bench: Bench): Promise<RoundResult> => {
  bench.prepare()
  globalThis.gc?.()
  await settle()
  const began = performance.now()
  bench.run(0, bench.commands)
  const ended = performance.now()
  await settle()
  const gcCount = collections.splice(0).filter((at) => at >= began && at <= ended).length
  const result = { nsPerCommand: ((ended - began) * 1e6) / bench.commands, gcCount, rssMb: Math.round(process.memoryUsage().rss / 2 ** 20), totals: bench.totals() }
  return bench.hash === undefined ? result : { ...result, hash: bench.hash() }
}

// Whoever is no implementation to measure says what the flow must end with.
if (name === "expected") process.send!(expectFlow(flow, Number(orders), (line) => process.stderr.write(`${line}\n`)))
else {
  const bench = make()
  // Who asked is gone: an interrupted benchmark leaves nothing running.
  process.on("disconnect", () => process.exit(0))
  process.on("message", async (asked: Asked) => process.send!(asked === "round" ? await round(bench) : percentilesOf(bench)))
  process.send!(bench.commands)
}
