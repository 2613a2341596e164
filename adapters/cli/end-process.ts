import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/**
 * Ends this process with an exit code. Node 24 waits at its end for threads that compile, and one of them may wait for
 * this thread to collect garbage, which it never will (nodejs/node#54918; seen here as a command that had said all and
 * did not end). So this collects first: whoever waits goes on, and has room for what it still compiles.
 */
export const endProcess = (code: number): never => {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  collect()
  process.exit(code)
}
