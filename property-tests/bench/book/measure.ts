import type { Measured } from "./child.ts"
import type { RoundResult } from "./worker.ts"

/** Rounds are repeated where the floor's own spread says that the machine was busy, so many times at most. */
const LARGEST_SPREAD = 1.4
const MOST_TRIES = 3

export const say = (line: string): void => void process.stderr.write(`${line}\n`)

export const median = (numbers: ReadonlyArray<number>): number => numbers.toSorted((left, right) => left - right)[numbers.length >> 1]!

/** Results of each implementation, by name. */
export type Rounds = ReadonlyMap<string, ReadonlyArray<RoundResult>>

/** All implementations, one after the other, round by round; the first round warms up and is left out. */
const interleave = async (flow: string, measured: ReadonlyMap<string, Measured>, rounds: number): Promise<Rounds> => {
  const results = new Map<string, Array<RoundResult>>([...measured.keys()].map((name) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now()
    for (const [name, child] of measured) {
      const result = await child.round()
      if (round > 0) results.get(name)!.push(result)
    }
    say(`  ${flow}: ${round === 0 ? "warmed up" : `round ${round} of ${rounds}`}, ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  }
  return results
}

const spreadOf = (rounds: Rounds): number => {
  const times = rounds.get("floor")!.map(({ nsPerCommand }) => nsPerCommand)
  return Math.max(...times) / Math.min(...times)
}

export interface Measurement {
  readonly rounds: Rounds
  /** Slowest round of the floor over its fastest. */
  readonly spread: number
}

/** Measures, again where the machine was busy; answers with the quietest try. One of `measured` must be the floor. */
export const measure = async (flow: string, measured: ReadonlyMap<string, Measured>, rounds: number): Promise<Measurement> => {
  let quietest: Measurement | undefined
  for (let tries = 1; ; tries++) {
    const results = await interleave(flow, measured, rounds)
    const spread = spreadOf(results)
    if (quietest === undefined || spread < quietest.spread) quietest = { rounds: results, spread }
    if (spread <= LARGEST_SPREAD) return quietest
    const again = tries < MOST_TRIES
    say(`  the floor's slowest round took ${spread.toFixed(2)} times its fastest${again ? ": once more" : `: the machine is busy, take these figures with care (quietest try: ${quietest.spread.toFixed(2)})`}`)
    if (!again) return quietest
  }
}
