import { onInterrupt } from "../../infra/local/stop-in-order.ts"

/**
 * Takes the signals of this program, before anything slow is loaded: without a handler Node ends at SIGTERM with a
 * signal's code, and a service manager notes a failure. Until the program says how it is stopped there is nothing to
 * close, so it simply ends. Returns where to say so.
 */
export const hearSignals = (): ((stop: () => void) => void) => {
  let stop = (): void => process.exit(0)
  onInterrupt(() => stop())
  return (ordered) => {
    stop = ordered
  }
}
