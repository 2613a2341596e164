import { Cause, Effect, Exit, Fiber } from "effect"
import { endProcess } from "./end-process.ts"
import { exitCodeOf, explain, isHelp } from "./explain.ts"
import { say } from "./start/terminal.ts"

/** Runs a command line to its end; `stopBy` is told how it is stopped in order. Ends this process with the error's code. */
export const runProgram = (program: Effect.Effect<void, unknown>, stopBy: (stop: () => void) => void): void => {
  const fiber = Effect.runFork(program)
  stopBy(() => {
    say("\nStopping in order; Ctrl-C again ends at once.")
    Effect.runFork(Fiber.interrupt(fiber))
  })
  fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return endProcess(0)
    if (!isHelp(exit.cause)) say(explain(exit.cause))
    endProcess(exitCodeOf(exit.cause))
  })
}
