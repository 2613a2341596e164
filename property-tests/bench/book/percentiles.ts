import type { Bench } from "./implementation.ts"

/** How long a command takes, in nanoseconds; includes two readings of the clock. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  /** p99.9 of doing nothing for as long as the median command: what the machine's own interruptions cost; Java is not asked. */
  readonly idleP999?: number
  /** p99.9 of the commands, each taken by the median of {@link RUNS} runs of the same flow: no interruption hits the same command three times. Only of who is done within {@link LONGEST_RUN}. */
  readonly medianP999?: number
}

/** Runs of a flow of which each command's median is taken. */
export const RUNS = 5
/** Milliseconds; who takes longer over a flow is not run again for the medians. */
const LONGEST_RUN = 10_000

/** Nanoseconds below which a share of times in milliseconds lies. */
export const atShare = (times: Float64Array, share: number): number => Math.round(times.toSorted()[Math.floor(times.length * share)]! * 1e6)

/** Waits so many times until a time in milliseconds is over; how long each wait took. */
const idleTimes = (count: number, length: number): Float64Array => {
  const took = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    const began = performance.now()
    while (took[index]! < length) took[index] = performance.now() - began
  }
  return took
}

/** Milliseconds of each command, timed by itself, after the books are half full. */
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

/** Of each command the median of its times in all runs. */
export const medianTimes = (runs: ReadonlyArray<Float64Array>): Float64Array => {
  const times = new Float64Array(runs.length)
  return runs[0]!.map((_, index) => {
    for (const [run, took] of runs.entries()) times[run] = took[index]!
    return times.sort()[runs.length >> 1]!
  })
}

/** Runs the flow command by command. */
export const percentilesOf = (bench: Bench): Percentiles => {
  const began = performance.now()
  const first = timesOf(bench)
  const length = performance.now() - began
  const p50 = atShare(first, 0.5)
  const plain = { p50, p99: atShare(first, 0.99), p999: atShare(first, 0.999), idleP999: atShare(idleTimes(first.length, p50 / 1e6), 0.999) }
  if (length > LONGEST_RUN) return plain
  const runs = [first, ...Array.from({ length: RUNS - 1 }, () => timesOf(bench))]
  return { ...plain, medianP999: atShare(medianTimes(runs), 0.999) }
}
