import { fork, type ChildProcess } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { MeterEndpoint, Order, Report, SimulatorConfig } from "./config.ts"

/** A simulator that runs in a process of its own. */
export interface Simulator {
  /** One for each configured meter, in the same order. */
  readonly endpoints: readonly MeterEndpoint[]
  readonly pid: number
  /** Sets market time in epoch seconds; resolves when every register shows it. Rejects before the window. */
  setTime(epochSeconds: number): Promise<void>
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>
}

interface Awaited {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

const graceMs = 2_000

const exited = (child: ChildProcess): Promise<void> => new Promise((resolve) => {
  if (child.exitCode !== null || child.signalCode !== null) resolve()
  else child.once("exit", () => resolve())
})

const stop = async (child: ChildProcess): Promise<void> => {
  const gone = exited(child)
  if (child.connected) child.disconnect()
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs)
  await gone
  clearTimeout(timer)
}

const started = (child: ChildProcess, config: SimulatorConfig): Promise<readonly MeterEndpoint[]> =>
  new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("exit", () => reject(new Error("the simulator ended before it had started")))
    child.once("message", (message: Report) => {
      if (message.kind === "started") resolve(message.endpoints)
      else if (message.kind === "notStarted") reject(new Error(`simulator: ${message.problem}`))
    })
    child.send({ kind: "start", config } satisfies Order)
  })

const clockOf = (child: ChildProcess): ((time: number) => Promise<void>) => {
  const awaited = new Map<number, Awaited>()
  let last = 0
  child.on("message", (message: Report) => {
    if (message.kind !== "timeSet") return
    const call = awaited.get(message.number)
    awaited.delete(message.number)
    if (message.problem === null) call?.resolve()
    else call?.reject(new RangeError(`simulator: ${message.problem}`))
  })
  child.on("exit", () => {
    for (const { reject } of awaited.values()) reject(new Error("the simulator ended"))
    awaited.clear()
  })
  return (time) => new Promise((resolve, reject) => {
    if (!child.connected) return reject(new Error("the simulator ended"))
    last += 1
    awaited.set(last, { resolve, reject })
    child.send({ kind: "setTime", number: last, time } satisfies Order)
  })
}

/**
 * Starts a child process that serves every configured meter as a Modbus/TCP device on 127.0.0.1.
 * Rejects when the configuration cannot be served; the error then lists what would do.
 */
export const startSimulator = async (config: SimulatorConfig): Promise<Simulator> => {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url))
  // A test runner's or debugger's own flags are not for the child.
  const child = fork(main, [], { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] })
  try {
    const endpoints = await started(child, config)
    return { endpoints, pid: child.pid ?? 0, setTime: clockOf(child), stop: () => stop(child) }
  } catch (error) {
    await stop(child)
    throw error
  }
}
