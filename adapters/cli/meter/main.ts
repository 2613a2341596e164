import { Command } from "effect/cli"
import { profilesCommand } from "./profiles.ts"
import { readCommand } from "./read.ts"
import { scanCommand } from "./scan.ts"
import { simulateCommand } from "./simulate.ts"
import { watchCommand } from "./watch.ts"

/** What `commonwatt meter` can do, in the order of its help: one module beside this one for each. */
const subcommands = [
  profilesCommand,
  readCommand,
  scanCommand,
  watchCommand,
  simulateCommand
] as const

/** `commonwatt meter ...`: everything about the devices themselves, without a market. */
export const meterCommand = Command.make("meter").pipe(
  Command.withDescription("Read, find, watch and simulate meters over Modbus"),
  Command.withSubcommands(subcommands)
)
