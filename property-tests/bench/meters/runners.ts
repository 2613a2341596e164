/** The processes of the benchmark: the farm of meters, and one for each client library, in whatever language it is. */
import { execFileSync, fork, spawnSync, type ChildProcess } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { block, blockWords, hostOf, unit } from "./implementation.ts"
import type { Measured, Order } from "./worker.ts"

/** A client that is measured. */
export interface Runner {
  readonly name: string
  /** More meters than this it cannot read in one process, for the reason given. */
  readonly limit?: { readonly meters: number; readonly reason: string }
  run(order: Order): Promise<Measured>
}

const file = (name: string): string => join(import.meta.dirname, name)
const hosts = (meters: number): readonly string[] => Array.from({ length: meters }, (_, meter) => hostOf(meter))
const mostOutput = 2 ** 26

const firstMessage = <Message>(child: ChildProcess): Promise<Message> => new Promise((resolve, reject) => {
  child.once("exit", (code) => reject(new Error(`a process of the benchmark ended with ${code}`)))
  child.once("message", (message) => resolve(message as Message))
})

/** Starts the meters; `port` is the same at each of their addresses. */
export const startFarm = async (delayMs: string): Promise<{ readonly port: number; readonly stop: () => void }> => {
  const child = fork(file("farm.ts"), [delayMs], { execArgv: [] })
  return { port: await firstMessage<number>(child), stop: () => child.disconnect() }
}

const inNode = (name: string): Runner => ({
  name,
  run: async (order) => {
    const child = fork(file("worker.ts"), [], { execArgv: [] })
    child.send({ ...order, implementation: name })
    return firstMessage<Measured>(child)
  }
})

const pymodbus: Runner = {
  name: "pymodbus",
  run: async ({ meters, port, seconds }) => {
    const order = { hosts: hosts(meters), port, seconds, unit, address: block.address, words: blockWords }
    return JSON.parse(execFileSync("python3", [file("pymodbus_client.py")], { input: JSON.stringify(order), encoding: "utf8", maxBuffer: mostOutput })) as Measured
  }
}

const hasPymodbus = (): boolean => spawnSync("python3", ["-c", "import pymodbus.client"], { stdio: "ignore" }).status === 0

/** Debian's library, under a client in C that is compiled here; null without compiler or library. */
const libmodbus = (): Runner | null => {
  const flags = spawnSync("pkg-config", ["--cflags", "--libs", "libmodbus"], { encoding: "utf8" })
  if (flags.status !== 0) return null
  const program = join(mkdtempSync(join(tmpdir(), "commonwatt-bench-")), "libmodbus_client")
  const compiled = spawnSync("cc", ["-O2", "-o", program, file("libmodbus_client.c"), ...flags.stdout.trim().split(/\s+/)], { stdio: ["ignore", "ignore", "inherit"] })
  if (compiled.status !== 0) return null
  return {
    name: "libmodbus",
    limit: { meters: 1_000, reason: "it waits with select(), which knows 1,024 descriptors" },
    run: async ({ meters, port, seconds }) => {
      const order = [port, seconds, unit, block.address, blockWords.length, ...blockWords, meters, ...hosts(meters)].join("\n")
      return JSON.parse(execFileSync(program, { input: order, encoding: "utf8", maxBuffer: mostOutput })) as Measured
    }
  }
}

/** All clients that this machine has; bare modbus-serial, with which the others are compared, first. `say` hears which are missing. */
export const findRunners = (say: (line: string) => void): readonly Runner[] => {
  const runners = ["modbus-serial", "commonwatt", "commonwatt-connection", "jsmodbus"].map(inNode)
  if (hasPymodbus()) runners.push(pymodbus)
  else say("pymodbus: no row, as python3 on this machine does not have it (pip install pymodbus)")
  const inC = libmodbus()
  if (inC) runners.push(inC)
  else say("libmodbus: no row, as this machine has no C compiler or no libmodbus (Debian: gcc, pkg-config, libmodbus-dev)")
  return runners
}
