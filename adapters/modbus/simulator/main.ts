/** The simulator's own process: it takes orders over IPC and ends with the channel. */
import { readFile } from "node:fs/promises"
import type { Order, Report, SimulatorConfig } from "./config.ts"
import { Simulation } from "./simulation.ts"

const report = (message: Report): void => void process.send?.(message)
const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error))

let simulation: Simulation | null = null

const start = async (config: SimulatorConfig): Promise<void> => {
  try {
    simulation = new Simulation(config, await readFile(config.feederCsv, "utf8"))
    report({ kind: "started", endpoints: await simulation.listen() })
  } catch (error) {
    report({ kind: "notStarted", problem: sentence(error) })
  }
}

const setTime = (number: number, time: number): void => {
  try {
    if (!simulation) throw new Error("the simulator has not started")
    simulation.setTime(time)
    report({ kind: "timeSet", number, problem: null })
  } catch (error) {
    report({ kind: "timeSet", number, problem: sentence(error) })
  }
}

process.on("message", (order: Order) => {
  if (order.kind === "start") void start(order.config)
  else setTime(order.number, order.time)
})

// No orphan survives its parent, however that ended; open connections are cut with the process.
process.on("disconnect", () => process.exit(0))
// Ctrl-C reaches the whole process group; the parent decides when the meters go dark.
process.on("SIGINT", () => {})
