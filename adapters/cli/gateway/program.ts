import { NodeServices } from "@effect/platform-node"
import { Effect, Logger } from "effect"
import { Command } from "effect/cli"
import { runProgram } from "../run-program.ts"
import { gatewayCommand } from "./command.ts"

/** The gateway's own program: nothing of engine, database or chain is loaded on a home's small machine. */
export const run = (stopBy: (stop: () => void) => void): void =>
  runProgram(Command.run(gatewayCommand, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), Effect.provide(Logger.layer([]))), stopBy)
