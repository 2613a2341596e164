import { RUNS } from "./percentiles.ts"
import type { Row } from "./row.ts"

/** What the order book must reach over one flow, and the stretch beyond it. */
export interface Target {
  readonly text: string
  readonly wanted: string
  readonly stretch: string
  readonly reached: string
  readonly isMet: boolean
  readonly isStretchMet: boolean
}

interface Wanted {
  readonly text: string
  /** Over one book, over many: what must be met, what is the stretch. */
  readonly hot: readonly [number, number]
  readonly multi: readonly [number, number]
  readonly value: (rows: Rows) => number | undefined
  readonly unit: string
  /** Whether a larger value is better. */
  readonly larger?: boolean
  /** What a reader has to know of the value. */
  readonly beside?: (rows: Rows) => string
}

interface Rows {
  readonly floor?: Row | undefined
  readonly full?: Row | undefined
  /** The same over the commands that the npm packages run. */
  readonly first?: Row | undefined
  readonly matching?: Row | undefined
  readonly exchangeCore?: Row | undefined
  readonly nodejs?: Row | undefined
}

const ratio = (over: Row | undefined, under: Row | undefined): number | undefined => (over === undefined || under === undefined ? undefined : over.nsPerCommand / under.nsPerCommand)

const WANTED: ReadonlyArray<Wanted> = [
  { text: "full, times the floor", hot: [3.5, 2], multi: [4, 2.5], unit: "x", value: ({ full, floor }) => ratio(full, floor) },
  { text: "matching alone, times the floor", hot: [2.5, 2.5], multi: [2.8, 2.8], unit: "x", value: ({ matching, floor }) => ratio(matching, floor) },
  { text: "full, faster than exchange-core's matching alone", hot: [3, 5], multi: [4, 6], unit: "x", larger: true, value: ({ full, exchangeCore }) => ratio(exchangeCore, full) },
  { text: "full, faster than nodejs-order-book (both over the first 300k commands)", hot: [120, 250], multi: [60, 120], unit: "x", larger: true, value: ({ first, nodejs }) => ratio(nodejs, first) },
  { text: "full over the whole flow, faster than nodejs-order-book over its first 300k", hot: [120, 250], multi: [60, 120], unit: "x", larger: true, value: ({ full, nodejs }) => ratio(nodejs, full) },
  { text: "full, p99.9", hot: [2_000, 2_000], multi: [Infinity, Infinity], unit: " ns", value: ({ full }) => full?.p999 ?? undefined, beside: ({ full }) => ` (doing nothing for as long as a command: ${shown(full?.idleP999 ?? 0, " ns")})` },
  { text: `full, p99.9 of the commands, each by the median of ${RUNS} runs`, hot: [2_000, 2_000], multi: [Infinity, Infinity], unit: " ns", value: ({ full }) => full?.medianP999 ?? undefined },
  { text: "full, garbage collections inside the timed part", hot: [0, 0], multi: [0, 0], unit: "", value: ({ full }) => full?.gcCount }
]

const shown = (value: number, unit: string): string => `${Number.isInteger(value) ? value : value.toFixed(value < 20 ? 2 : 0)}${unit}`

/** The targets of a flow's rows: those of "hot" for one book, of "multi" for more. Left out where a row is missing. */
export const targetsOf = (rows: ReadonlyArray<Row>, isHot: boolean): Array<Target> => {
  const find = (implementation: string, variant?: string) => rows.find((row) => row.implementation === implementation && (variant === undefined || row.variant === variant))
  const known: Rows = { floor: find("floor"), full: find("commonwatt", "full"), first: find("commonwatt", "full-first-300k"), matching: find("commonwatt-matching"), exchangeCore: find("exchange-core"), nodejs: find("nodejs-order-book") }
  return WANTED.flatMap(({ text, hot, multi, value, unit, larger = false, beside }) => {
    const reached = value(known)
    const [wanted, stretch] = isHot ? hot : multi
    if (reached === undefined || wanted === Infinity) return []
    const meets = (limit: number) => (larger ? reached >= limit : reached <= limit)
    const sign = larger ? ">=" : "<="
    return [{ text, wanted: `${sign} ${shown(wanted, unit)}`, stretch: `${sign} ${shown(stretch, unit)}`, reached: `${shown(reached, unit)}${beside?.(known) ?? ""}`, isMet: meets(wanted), isStretchMet: meets(stretch) }]
  })
}
