// npm run bench -- meters [--json] [--meters 1,100,1000,10000] [--delay MS] [--seconds S] [--rounds N]
import { execFileSync, fork, spawnSync, type ChildProcess } from "node:child_process"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { checkOpenFileLimit, TooFewFileDescriptors } from "../../../adapters/modbus/poller/open-file-limit.ts"
import { block, blockWords, hostOf, unit } from "./implementation.ts"
import type { Measured, Order } from "./worker.ts"

interface Row {
  readonly implementation: string
  readonly meters: number
  readonly readsPerSecond: number
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

const { values } = parseArgs({
  args: process.argv.slice(2), allowPositionals: true,
  options: {
    json: { type: "boolean", default: false }, meters: { type: "string", default: "1,100,1000,10000" },
    delay: { type: "string", default: "20" }, seconds: { type: "string", default: "4" }, rounds: { type: "string", default: "3" }
  }
})
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const median = (numbers: readonly number[]): number => numbers.toSorted((left, right) => left - right)[numbers.length >> 1]!

const firstMessage = <Message>(child: ChildProcess): Promise<Message> => new Promise((resolve, reject) => {
  child.once("exit", (code) => reject(new Error(`a process of the benchmark ended with ${code}`)))
  child.once("message", (message) => resolve(message as Message))
})

const startFarm = async (): Promise<{ port: number; stop: () => void }> => {
  const child = fork(join(import.meta.dirname, "farm.ts"), [values.delay], { execArgv: [] })
  return { port: await firstMessage<number>(child), stop: () => child.disconnect() }
}

const runInNode = async (order: Order): Promise<Measured> => {
  const child = fork(join(import.meta.dirname, "worker.ts"), [], { execArgv: [] })
  child.send(order)
  return await firstMessage<Measured>(child)
}

/** pymodbus is no package of npm: it is measured where the machine has it. */
const runInPython = async ({ meters, port, seconds }: Order): Promise<Measured> => {
  const order = { hosts: Array.from({ length: meters }, (_, meter) => hostOf(meter)), port, seconds, unit, address: block.address, words: blockWords }
  const output = execFileSync("python3", [join(import.meta.dirname, "pymodbus_client.py")], { input: JSON.stringify(order), encoding: "utf8", maxBuffer: 2 ** 26 })
  return JSON.parse(output) as Measured
}

const hasPymodbus = (): boolean => {
  const { status } = spawnSync("python3", ["-c", "import pymodbus.client"], { stdio: "ignore" })
  if (status === 0) return true
  say("pymodbus: no row, as python3 on this machine does not have it (pip install pymodbus)")
  return false
}

const names = ["modbus-serial", "commonwatt", "commonwatt-connection", "jsmodbus", ...(hasPymodbus() ? ["pymodbus"] : [])]

const rowOf = (implementation: string, meters: number, rounds: readonly (readonly Measured[])[]): Row => {
  const own = rounds.map((round) => round[names.indexOf(implementation)]!)
  const rate = (measured: Measured): number => measured.reads / measured.seconds
  const cpu = ({ cpuMicros, reads }: Measured): number => cpuMicros / reads
  const cpuMicrosPerRead = median(own.map(cpu))
  return {
    implementation, meters, readsPerSecond: Math.round(median(own.map(rate))), cpuMicrosPerRead: Number(cpuMicrosPerRead.toFixed(1)),
    cpuPercentPerMeterAtOneHz: Number((cpuMicrosPerRead / 10_000).toFixed(5)), rssMb: Math.max(...own.map(({ rssMb }) => rssMb)),
    failed: own.reduce((sum, { failed }) => sum + failed, 0),
    ofModbusSerial: Number(median(rounds.map((round, index) => rate(own[index]!) / rate(round[0]!))).toFixed(2)),
    perCpuOfModbusSerial: Number(median(rounds.map((round, index) => cpu(round[0]!) / cpu(own[index]!))).toFixed(2))
  }
}

const benchMeters = async (meters: number): Promise<Row[]> => {
  const rounds: Measured[][] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    const measured: Measured[] = []
    for (const implementation of names) {
      const farm = await startFarm()
      const order = { implementation, meters, port: farm.port, seconds: Number(values.seconds) }
      const one = await (implementation === "pymodbus" ? runInPython(order) : runInNode(order))
      farm.stop()
      if (one.wrong > 0) throw new Error(`${implementation} read ${one.wrong} wrong blocks`)
      measured.push(one)
    }
    rounds.push(measured)
  }
  return names.map((name) => rowOf(name, meters, rounds))
}

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
  for (const row of await benchMeters(meters)) {
    say(`${String(row.meters).padStart(6)} meters  ${row.implementation.padEnd(22)} ${String(row.readsPerSecond).padStart(7)} reads/s  ${row.cpuMicrosPerRead.toFixed(1).padStart(6)} us CPU/read  ${row.ofModbusSerial.toFixed(2)}x the rate of modbus-serial, ${row.perCpuOfModbusSerial.toFixed(2)}x per CPU  ${row.rssMb} MB${row.failed > 0 ? `  ${row.failed} FAILED` : ""}`)
    rows.push(row)
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
