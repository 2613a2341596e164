import { basename } from "node:path"
import { expectedOf, startChild, type Measured } from "./child.ts"
import { NotHere, startExchangeCore } from "./exchange-core.ts"
import { runPlain } from "./floor.ts"
import { firstOf, KNOWN_TOTALS, type Flow } from "./flow.ts"
import { measure, say, type Rounds } from "./measure.ts"
import { readFlow } from "./read-flow.ts"
import { checkTotals, rowOf, type Row } from "./row.ts"

/** What is measured, in the order of the table; `name` is the worker's. */
export const IMPLEMENTATIONS = [
  { name: "floor", implementation: "floor", variant: "memory-touch" },
  { name: "full", implementation: "commonwatt", variant: "full" },
  { name: "full-first", implementation: "commonwatt", variant: "full-first-300k" },
  { name: "full-stp", implementation: "commonwatt", variant: "full-stp" },
  { name: "matching", implementation: "commonwatt-matching", variant: "handles" },
  { name: "exchange-core", implementation: "exchange-core", variant: "direct" },
  { name: "nodejs-order-book", implementation: "nodejs-order-book", variant: "10.1.1" },
  { name: "hft-limit-order-book", implementation: "hft-limit-order-book", variant: "7.0.2" }
] as const
export type Name = (typeof IMPLEMENTATIONS)[number]["name"]

const startAll = async (names: ReadonlyArray<Name>, file: string, flow: Flow, orders: number): Promise<Map<string, Measured>> => {
  const measured = new Map<string, Measured>()
  for (const name of names) {
    try {
      measured.set(name, name === "exchange-core" ? await startExchangeCore(file, flow.commands, say) : await startChild(name, file, orders))
    } catch (error) {
      if (!(error instanceof NotHere)) throw error
      say(`exchange-core is left out: ${error.message}`)
    }
  }
  return measured
}

/** Throws where a round of `commonwatt` ended in another state than the books that are checked against the naive ones. */
const checkHashes = (rounds: Rounds, expected: Record<string, { readonly hash: string }>): void => {
  for (const [name, { hash }] of Object.entries(expected)) {
    const other = rounds.get(name)?.find((round) => round.hash !== hash)
    if (other !== undefined) throw new Error(`commonwatt ${name} ended with state hash ${other.hash}, the checking books with ${hash}`)
  }
}

const checkOurs = (rows: ReadonlyArray<Row>): void => {
  const wrong = rows.find(({ implementation, check }) => check !== "ok" && (implementation === "floor" || implementation.startsWith("commonwatt")))
  if (wrong !== undefined) throw new Error(`${wrong.implementation} ${wrong.variant} over ${wrong.flow} is ${wrong.check}`)
}

export interface FlowBench {
  readonly rows: ReadonlyArray<Row>
  /** Slowest round of the floor over its fastest. */
  readonly spread: number
  /** One book only. */
  readonly isHot: boolean
}

/** Measures implementations over a flow and checks what each ends with. @throws where one of ours is wrong. */
export const benchFlow = async (file: string, rounds: number, names: ReadonlyArray<Name>): Promise<FlowBench> => {
  const flow = readFlow(file)
  const name = basename(file, ".bin")
  const plain = runPlain(flow)
  const known = KNOWN_TOTALS[flow.sha256.slice(0, 16)]
  const check = known === undefined ? "ok" : checkTotals(plain.totals, known)
  if (check !== "ok") throw new Error(`the plain book over ${name} is ${check}`)
  say(`${name}: ${flow.commands} commands, ${flow.books} books, ${known === undefined ? "totals of the plain book" : "totals known"}`)
  const orders = Math.max(1 << 18, Math.ceil(plain.mostResting * 1.1))
  const expected = names.includes("full-stp") ? await expectedOf(file, orders) : undefined
  const measured = await startAll(names, file, flow, orders)
  try {
    const { rounds: results, spread } = await measure(name, measured, rounds)
    if (expected !== undefined) checkHashes(results, { full: expected.full, "full-stp": expected["full-stp"] })
    const rows: Array<Row> = []
    for (const { name: worker, implementation, variant } of IMPLEMENTATIONS) {
      const child = measured.get(worker)
      if (child === undefined) continue
      // The floor's commands are too short to be timed one by one.
      if (worker !== "floor") say(`  ${name}: percentiles of ${implementation} ${variant}`)
      const times = worker === "floor" ? undefined : await child.percentiles()
      const totals = worker === "full-stp" && expected !== undefined ? expected["full-stp"].totals : child.commands === flow.commands ? plain.totals : runPlain(firstOf(flow, child.commands)).totals
      rows.push(rowOf({ implementation, variant, flow: name, commands: child.commands }, results.get(worker)!, times, totals))
    }
    checkOurs(rows)
    return { rows, spread, isHot: flow.books === 1 }
  } finally {
    for (const child of measured.values()) child.stop()
  }
}
