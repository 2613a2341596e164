import type { RunningPart } from "./part.ts"

/** Stops parts in the reverse of the order they were started in. All are tried; failures come as one AggregateError. */
export const stopInOrder = async (
  parts: readonly Pick<RunningPart, "name" | "stop">[],
  stopping: (name: string) => void = () => {}
): Promise<void> => {
  const failures: unknown[] = []
  for (const part of [...parts].reverse()) {
    stopping(part.name)
    try {
      await part.stop()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${parts.length} parts did not stop`)
}

/**
 * Calls `stop` once at the first SIGINT, SIGTERM or SIGHUP; a further SIGINT, which only somebody at a terminal sends,
 * ends this program at once with code 130. A service manager may send its SIGTERM to a whole group: it hurries nobody.
 * Parts left behind by that are detached and are adopted at the next start. Returns a function that listens no more.
 */
export const onInterrupt = (stop: (signal: NodeJS.Signals) => void): (() => void) => {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  let interrupted = false
  const heard = (signal: NodeJS.Signals): void => {
    if (interrupted) {
      if (signal === "SIGINT") process.exit(130)
      return
    }
    interrupted = true
    stop(signal)
  }
  for (const signal of signals) process.on(signal, heard)
  return () => {
    for (const signal of signals) process.off(signal, heard)
  }
}
