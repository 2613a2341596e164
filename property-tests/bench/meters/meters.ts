// npm run bench -- meters [--json] [--meters 1,100,1000,10000] [--delay MS] [--seconds S] [--rounds N] [--only NAMES]
import { parseArgs } from "node:util"
import { checkOpenFileLimit, TooFewFileDescriptors } from "../../../adapters/modbus/poller/open-file-limit.ts"
import { findRunners, startFarm, type Runner } from "./runners.ts"
import type { Measured } from "./worker.ts"

interface Row {
  readonly implementation: string
  readonly meters: number
  readonly readsPerSecond: number
  /** CPU time of a read, one that failed counted like one that did not. */
  readonly cpuMicrosPerRead: number
  /** CPU of one meter that is polled once a second, in percent of one core. */
  readonly cpuPercentPerMeterAtOneHz: number
  readonly rssMb: number
  readonly failed: number
  /** Reads per second over those of bare modbus-serial in the same round; the median of the rounds. */
  readonly ofModbusSerial: number
  /** Reads per CPU second over those of bare modbus-serial: what the rate would be on a machine with nothing else to do. */
  readonly perCpuOfModbusSerial: number
}

/** One round: what each runner measured, in their order. */
type Round = readonly Measured[]

const { values } = parseArgs({
  args: process.argv.slice(2), allowPositionals: true,
  options: {
    json: { type: "boolean", default: false }, meters: { type: "string", default: "1,100,1000,10000" },
    delay: { type: "string", default: "20" }, seconds: { type: "string", default: "4" }, rounds: { type: "string", default: "3" },
    only: { type: "string" }
  }
})
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const median = (numbers: readonly number[]): number => numbers.toSorted((left, right) => left - right)[numbers.length >> 1]!
const rate = ({ reads, seconds }: Measured): number => reads / seconds
const cpu = ({ cpuMicros, reads, failed }: Measured): number => cpuMicros / (reads + failed)

const rowOf = (implementation: string, meters: number, place: number, rounds: readonly Round[]): Row => {
  const own = rounds.map((round) => round[place]!)
  const cpuMicrosPerRead = median(own.map(cpu))
  return {
    implementation, meters, readsPerSecond: Math.round(median(own.map(rate))), cpuMicrosPerRead: Number(cpuMicrosPerRead.toFixed(1)),
    cpuPercentPerMeterAtOneHz: Number((cpuMicrosPerRead / 10_000).toFixed(5)), rssMb: Math.max(...own.map(({ rssMb }) => rssMb)),
    failed: own.reduce((sum, { failed }) => sum + failed, 0),
    ofModbusSerial: Number(median(rounds.map((round, index) => rate(own[index]!) / rate(round[0]!))).toFixed(2)),
    perCpuOfModbusSerial: Number(median(rounds.map((round, index) => cpu(round[0]!) / cpu(own[index]!))).toFixed(2))
  }
}

const measure = async ({ name, run }: Runner, meters: number): Promise<Measured> => {
  const farm = await startFarm(values.delay)
  try {
    const measured = await run({ implementation: name, meters, port: farm.port, seconds: Number(values.seconds) })
    if (measured.wrong > 0) throw new Error(`${name} read ${measured.wrong} wrong blocks`)
    return measured
  } finally {
    farm.stop()
  }
}

const isWithinLimit = ({ name, limit }: Runner, meters: number): boolean => {
  if (!limit || meters <= limit.meters) return true
  say(`${name}: no row at ${meters} meters, as ${limit.reason}`)
  return false
}

const benchMeters = async (all: readonly Runner[], meters: number): Promise<Row[]> => {
  const runners = all.filter((runner) => isWithinLimit(runner, meters))
  const rounds: Round[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    const measured: Measured[] = []
    for (const runner of runners) measured.push(await measure(runner, meters))
    rounds.push(measured)
  }
  return runners.map(({ name }, place) => rowOf(name, meters, place, rounds))
}

const lineOf = (row: Row): string =>
  `${String(row.meters).padStart(6)} meters  ${row.implementation.padEnd(22)} ${String(row.readsPerSecond).padStart(7)} reads/s  ` +
  `${row.cpuMicrosPerRead.toFixed(1).padStart(6)} us CPU/read  ${row.ofModbusSerial.toFixed(2)}x the rate of modbus-serial, ` +
  `${row.perCpuOfModbusSerial.toFixed(2)}x per CPU  ${row.rssMb} MB${row.failed > 0 ? `  ${row.failed} FAILED` : ""}`

const only = values.only?.split(",")
const runners = findRunners(say).filter(({ name }) => !only || name === "modbus-serial" || only.includes(name))
const rows: Row[] = []
for (const meters of values.meters.split(",").map(Number)) {
  try {
    checkOpenFileLimit(meters)
  } catch (error) {
    if (!(error instanceof TooFewFileDescriptors)) throw error
    say(`${meters} meters: not measured: ${error.message}\n  To mend it: ${error.mend}`)
    process.exitCode = 1
    continue
  }
  for (const row of await benchMeters(runners, meters)) {
    say(lineOf(row))
    rows.push(row)
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
