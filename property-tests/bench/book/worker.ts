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
import { readFlow } from "./read-flow.ts"

export interface RoundResult {
  readonly nsPerCommand: number
  readonly gcCount: number
  readonly rssMb: number
  readonly totals: Totals
  readonly hash?: string
}
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  /** p99.9 of doing nothing for as long as the median command: what the machine's own interruptions cost; Java is not asked. */
  readonly idleP999?: number
  /** p99.9 of the commands, each taken by the median of READINGS runs of the same flow: no interruption hits the same command three times. Of ours only. */
  readonly medianP999?: number
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

/** Nanoseconds below which a share of sorted times in milliseconds lies. */
const atShare = (sorted: Float64Array, share: number): number => Math.round(sorted[Math.floor(sorted.length * share)]! * 1e6)

/** p99.9 of waiting, so many times, until a time in milliseconds is over. */
const idle = (times: number, length: number): number => {
  const took = new Float64Array(times)
  for (let index = 0; index < times; index++) {
    const began = performance.now()
    while (took[index]! < length) took[index] = performance.now() - began
  }
  return atShare(took.sort(), 0.999)
}

/** Milliseconds of each command, timed by itself, after the books are half full; includes two readings of the clock. */
const timesOf = (bench: Bench): Float64Array => {
  bench.prepare()
  const took = new Float64Array(bench.commands)
  for (let index = 0; index < bench.commands; index++) {
    const began = performance.now()
    bench.run(index, index + 1)
    took[index] = performance.now() - began
  }
  return took.slice(bench.commands >> 1)
}

const READINGS = 5

/** Of each command the median of its times in all runs. */
const medianTimes = (runs: ReadonlyArray<Float64Array>): Float64Array => {
  const times = new Float64Array(runs.length)
  return runs[0]!.map((_, index) => {
    for (const [run, took] of runs.entries()) times[run] = took[index]!
    return times.sort()[runs.length >> 1]!
  })
}

const isOurs = name.startsWith("full") || name === "matching"

const percentiles = (bench: Bench): Percentiles => {
  const first = timesOf(bench)
  const sorted = first.slice().sort()
  const idleP999 = idle(bench.commands >> 1, sorted[sorted.length >> 1]!)
  const plain = { p50: atShare(sorted, 0.5), p99: atShare(sorted, 0.99), p999: atShare(sorted, 0.999), idleP999 }
  if (!isOurs) return plain
  const runs = [first, ...Array.from({ length: READINGS - 1 }, () => timesOf(bench))]
  return { ...plain, medianP999: atShare(medianTimes(runs).sort(), 0.999) }
}

// Whoever is no implementation to measure says what the flow must end with.
if (name === "expected") process.send!(expectFlow(flow, Number(orders), (line) => process.stderr.write(`${line}\n`)))
else {
  const bench = make()
  // Who asked is gone: an interrupted benchmark leaves nothing running.
  process.on("disconnect", () => process.exit(0))
  process.on("message", async (asked: Asked) => process.send!(asked === "round" ? await round(bench) : percentiles(bench)))
  process.send!(bench.commands)
}
