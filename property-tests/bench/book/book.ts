// npm run bench -- book [--flow FILE] [--rounds N] [--json]
import { fork, type ChildProcess } from "node:child_process"
import { existsSync, mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import { runPlain } from "./floor.ts"
import { KNOWN_TOTALS, readFlow, type Totals } from "./flow.ts"
import { generateFlow } from "./generate.ts"
import type { Percentiles, Request, RoundResult } from "./worker.ts"

interface Row {
  readonly implementation: string
  readonly variant: string
  readonly flow: string
  readonly nsPerCommand: number
  readonly p50: number | null
  readonly p99: number | null
  readonly p999: number | null
  readonly rssMb: number
  readonly gcCount: number
  readonly trades: number
  readonly quantity: number
  readonly notional: number
}

const IMPLEMENTATIONS = [
  { name: "floor", implementation: "floor", variant: "memory-touch" },
  { name: "full", implementation: "commonwatt", variant: "full" },
  { name: "full-stp", implementation: "commonwatt", variant: "full-stp" },
  { name: "matching", implementation: "commonwatt-matching", variant: "handles" }
] as const

/** Commands that the naive books can follow in some seconds. */
const NAIVE_COMMANDS = 6_000
/** A round of rounds is repeated where the floor's own spread says that the machine was busy. */
const LARGEST_SPREAD = 1.4

const { values } = parseArgs({ args: process.argv.slice(2), allowPositionals: true, options: { flow: { type: "string" }, rounds: { type: "string", default: "7" }, json: { type: "boolean", default: false } } })
const say = (line: string) => process.stderr.write(`${line}\n`)

const answerOf = <A>(child: ChildProcess): Promise<A> =>
  new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`a worker ended with ${code}`))
    child.once("exit", died)
    child.once("message", (answer) => {
      child.off("exit", died)
      resolve(answer as A)
    })
  })

const ask = <A>(child: ChildProcess, request: Request): Promise<A> => {
  const answer = answerOf<A>(child)
  child.send(request)
  return answer
}

const median = (numbers: ReadonlyArray<number>): number => numbers.toSorted((left, right) => left - right)[numbers.length >> 1]!

const start = async (name: string, file: string, orders: number): Promise<ChildProcess> => {
  const child = fork(join(import.meta.dirname, "worker.ts"), [name, file, String(orders)], { execArgv: ["--expose-gc"] })
  await answerOf(child)
  return child
}

const check = (name: string, totals: Totals, expected: Totals): void => {
  if (JSON.stringify(totals) !== JSON.stringify(expected)) throw new Error(`${name} ended with ${JSON.stringify(totals)}, not ${JSON.stringify(expected)}`)
}

const interleave = async (children: ReadonlyMap<string, ChildProcess>, rounds: number, expected: Totals): Promise<Map<string, Array<RoundResult>>> => {
  const results = new Map<string, Array<RoundResult>>()
  for (let round = -1; round < rounds; round++) {
    for (const [name, child] of children) {
      const result = await ask<RoundResult>(child, { ask: "round", commands: 0 })
      if (name !== "full-stp") check(name, result.totals, expected)
      // The first round warms up.
      if (round >= 0) results.set(name, [...(results.get(name) ?? []), result])
    }
  }
  return results
}

const spread = (results: ReadonlyArray<RoundResult>): number => {
  const times = results.map(({ nsPerCommand }) => nsPerCommand)
  return Math.max(...times) / Math.min(...times)
}

const measure = async (children: ReadonlyMap<string, ChildProcess>, rounds: number, expected: Totals): Promise<Map<string, Array<RoundResult>>> => {
  for (let tries = 1; ; tries++) {
    const results = await interleave(children, rounds, expected)
    const floors = spread(results.get("floor")!)
    if (floors <= LARGEST_SPREAD) return results
    say(`the floor's own spread is ${floors.toFixed(2)}x${tries < 3 ? ": once more" : ": the machine is busy, take these figures with care"}`)
    if (tries === 3) return results
  }
}

const benchFlow = async (file: string): Promise<Array<Row>> => {
  const flow = readFlow(file)
  const name = basename(file, ".bin")
  const plain = runPlain(flow)
  const known = KNOWN_TOTALS[flow.sha256.slice(0, 16)]
  if (known !== undefined) check("plain book", plain.totals, known)
  say(`${name}: ${flow.commands} commands, ${flow.books} books, totals ${known === undefined ? "of the plain book" : "known"}`)
  const orders = Math.max(1 << 18, Math.ceil(plain.mostResting * 1.1))
  const children = new Map<string, ChildProcess>()
  for (const { name } of IMPLEMENTATIONS) children.set(name, await start(name, file, orders))
  for (const variant of ["full", "full-stp"]) {
    const { fast, naive } = await ask<{ fast: string; naive: string }>(children.get(variant)!, { ask: "hashes", commands: Math.min(NAIVE_COMMANDS, flow.commands) })
    if (fast !== naive) throw new Error(`${variant}: state hash ${fast}, by the naive books ${naive}`)
  }
  const results = await measure(children, Number(values.rounds), plain.totals)
  const rows: Array<Row> = []
  for (const { name: worker, implementation, variant } of IMPLEMENTATIONS) {
    const child = children.get(worker)!
    const times = worker === "floor" ? { p50: null, p99: null, p999: null } : await ask<Percentiles>(child, { ask: "percentiles", commands: 0 })
    const rounds = results.get(worker)!
    const { trades, quantity, notional } = rounds[0]!.totals
    const nsPerCommand = Number(median(rounds.map((round) => round.nsPerCommand)).toFixed(1))
    rows.push({ implementation, variant, flow: name, nsPerCommand, ...times, rssMb: Math.max(...rounds.map(({ rssMb }) => rssMb)), gcCount: rounds.reduce((sum, { gcCount }) => sum + gcCount, 0), trades, quantity, notional })
    child.kill()
  }
  return rows
}

const flowFiles = (): Array<string> => {
  if (values.flow !== undefined) return [values.flow]
  return (["hot", "multi"] as const).map((variant) => {
    const folder = join(tmpdir(), "commonwatt-order-flow")
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${variant}.bin`)
    if (!existsSync(file)) generateFlow(variant, file)
    return file
  })
}

const rows: Array<Row> = []
for (const file of flowFiles()) {
  const measured = await benchFlow(file)
  const floor = measured[0]!.nsPerCommand
  for (const { implementation, variant, flow, nsPerCommand, p50, p99, p999, gcCount } of measured) {
    say(`${flow.padEnd(6)} ${implementation.padEnd(20)} ${variant.padEnd(13)} ${nsPerCommand.toFixed(1).padStart(7)} ns  ${(nsPerCommand / floor).toFixed(2)}x floor  p50 ${p50} p99 ${p99} p99.9 ${p999} ns, ${gcCount} collections`)
  }
  rows.push(...measured)
}
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
