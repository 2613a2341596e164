// A thread that ends its process when the main thread has used more processor time than it was given: an endless loop.
import { workerData } from "node:worker_threads"

const [allowed] = [new Float64Array(workerData as SharedArrayBuffer)]
setInterval(() => {
  const { user, system } = process.cpuUsage()
  if (user + system > allowed![0]!) process.kill(process.pid, "SIGKILL")
}, 100)
