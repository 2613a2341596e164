import { NodeServices } from "@effect/platform-node"
import { Cause, Effect, Exit, Fiber, Logger } from "effect"
import { Command } from "effect/cli"
import { onInterrupt } from "../../../infra/local/stop-in-order.ts"
import { exitCodeOf, explain, isHelp } from "../explain.ts"
import { say } from "../start/terminal.ts"
import { gatewayCommand } from "./command.ts"

// The gateway's own program: nothing of engine, database or chain is loaded on a home's small machine.
const program = Command.run(gatewayCommand, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), Effect.provide(Logger.layer([])))

const fiber = Effect.runFork(program)
onInterrupt(() => {
  say("\nStopping in order; Ctrl-C again ends at once.")
  Effect.runFork(Fiber.interrupt(fiber))
})
fiber.addObserver((exit) => {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) process.exit(0)
  if (!isHelp(exit.cause)) say(explain(exit.cause))
  process.exit(exitCodeOf(exit.cause))
})
