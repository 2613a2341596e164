import type { Totals } from "./flow.ts"
import { median } from "./measure.ts"
import type { Percentiles } from "./percentiles.ts"
import type { RoundResult } from "./worker.ts"

/** One implementation over one flow. Times are nanoseconds; quantities Wh; notional ticks x Wh. */
export interface Row {
  readonly implementation: string
  readonly variant: string
  readonly flow: string
  /** Median of the rounds. */
  readonly nsPerCommand: number
  readonly p50: number | null
  readonly p99: number | null
  readonly p999: number | null
  /** p99.9 of doing nothing for as long as p50, measured by the same process right after. */
  readonly idleP999: number | null
  /** p99.9 of the commands, each by the median of several runs; null of who is too slow to be run again. */
  readonly medianP999: number | null
  readonly rssMb: number
  /** Collections inside the timed part of all rounds. */
  readonly gcCount: number
  readonly trades: number
  readonly quantity: number
  readonly notional: number
  /** Commands of the flow that were run, from its first. */
  readonly commands: number
  /** "ok", or in what the totals differ from what the flow must end with. */
  readonly check: string
}

/** "ok", or what differs. */
export const checkTotals = (totals: Totals, expected: Totals): string => {
  const wrong = (Object.keys(expected) as Array<keyof Totals>).filter((name) => totals[name] !== expected[name])
  return wrong.length === 0 ? "ok" : `wrong: ${wrong.map((name) => `${name} ${totals[name]}, not ${expected[name]}`).join("; ")}`
}

/** The row of an implementation from its measured rounds. */
export const rowOf = (names: Pick<Row, "implementation" | "variant" | "flow" | "commands">, rounds: ReadonlyArray<RoundResult>, times: Percentiles | undefined, expected: Totals): Row => {
  const checks = rounds.map((round) => checkTotals(round.totals, expected))
  const { trades, quantity, notional } = rounds[0]!.totals
  return {
    implementation: names.implementation,
    variant: names.variant,
    flow: names.flow,
    nsPerCommand: Number(median(rounds.map(({ nsPerCommand }) => nsPerCommand)).toFixed(1)),
    p50: times?.p50 ?? null,
    p99: times?.p99 ?? null,
    p999: times?.p999 ?? null,
    idleP999: times?.idleP999 ?? null,
    medianP999: times?.medianP999 ?? null,
    rssMb: Math.max(...rounds.map(({ rssMb }) => rssMb)),
    gcCount: rounds.reduce((sum, { gcCount }) => sum + gcCount, 0),
    trades,
    quantity,
    notional,
    commands: names.commands,
    check: checks.find((check) => check !== "ok") ?? "ok"
  }
}
