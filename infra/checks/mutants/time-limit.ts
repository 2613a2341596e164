import { Worker } from "node:worker_threads"

/** Processor time of this process, in milliseconds: a busy machine does not make it longer. */
export const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

const shared = new Float64Array(new SharedArrayBuffer(8))
shared[0] = Infinity

/** From now on the process may use so much processor time before it asks again; else it is ended. */
export const allow = (milliseconds: number): void => void (shared[0] = (processorTime() + milliseconds) * 1_000)

export const startWatchdog = (): void => new Worker(new URL("./watchdog.ts", import.meta.url), { workerData: shared.buffer }).unref()
