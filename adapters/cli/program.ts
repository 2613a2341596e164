import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Logger, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { certifyCommand } from "./gateway/certify.ts"
import { gatewayCommand } from "./gateway/command.ts"
import { importCommand, operateCommand } from "./import/main.ts"
import { meterCommand } from "./meter/main.ts"
import { orderCommand } from "./order/order-command.ts"
import { runProgram } from "./run-program.ts"
import { settlementCommands } from "./settle/commands.ts"
import { UserError } from "./user-error.ts"

// The market's modules are read only by the commands that need them: asking a meter shall not take a second longer.
const market = <Module>(load: () => Promise<Module>) => Effect.promise(load)

const optional = <A>(flag: Flag.Flag<A>, description: string) => flag.pipe(Flag.withDescription(description), Flag.optional)

const startCommand = Command.make(
  "start",
  {
    profile: Flag.Literals("profile", ["embedded", "full"]).pipe(
      Flag.withDescription("embedded: PostgreSQL alone, from npm; full: Kafka and TimescaleDB"),
      Flag.withDefault("embedded" as const)
    ),
    world: optional(Flag.String("world"), "World file; the demo feeder if left out"),
    from: optional(Flag.String("from"), "Local day at which the world starts, as 2016-06-06"),
    data: optional(Flag.String("data"), "Folder for everything this start keeps"),
    speed: Flag.String("speed").pipe(Flag.withDescription("Market seconds per second, or max for lockstep"), Flag.withDefault("60")),
    periods: optional(Flag.Int("periods"), "Delivery periods to run, counted from the start over all starts"),
    exit: Flag.Boolean("exit").pipe(Flag.withDescription("End when the periods are done"), Flag.withDefault(false)),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the figures as one JSON object when the periods are done"), Flag.withDefault(false)),
    noChain: Flag.Boolean("no-chain").pipe(Flag.withDescription("Do without the appchain"), Flag.withDefault(false)),
    port: Flag.Int("port").pipe(Flag.withDescription("Port of the console on 127.0.0.1"), Flag.withDefault(8080)),
    gatewayPort: Flag.Int("gateway-port").pipe(Flag.withDescription("Port on 127.0.0.1 for gateways with a certificate; 0 takes a free one"), Flag.withDefault(0))
  },
  (flags) =>
    Effect.scoped(
      Effect.flatMap(market(() => import("./start/start.ts")), ({ start }) =>
        start({
          ...flags,
          world: Option.getOrUndefined(flags.world),
          from: Option.getOrUndefined(flags.from),
          data: Option.getOrUndefined(flags.data),
          periods: Option.getOrUndefined(flags.periods),
          chain: !flags.noChain
        })
      )
    )
).pipe(Command.withDescription("Start the market on this machine, or go on where it stood"))

const auditCommand = Command.make(
  "audit",
  { data: Flag.String("data").pipe(Flag.withDescription("Data folder of a stopped or running start")) },
  ({ data }) =>
    Effect.scoped(
      Effect.gen(function* () {
        const { audit } = yield* market(() => import("./audit/audit.ts"))
        const reports = yield* audit(data)
        process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
        if (reports.some(({ sound }) => !sound)) return yield* Effect.fail(new UserError("the journal is not sound", "keep the data folder as it is; the report above names what differs"))
      })
    )
).pipe(Command.withDescription("Recompute states and settlement runs of a data folder from its journal"))

const exportCommand = Command.make(
  "export",
  {
    data: Flag.String("data").pipe(Flag.withDescription("Data folder of a stopped or running start")),
    out: Flag.String("out").pipe(Flag.withDescription("New folder for the files")),
    from: optional(Flag.String("from"), "First local day, as 2016-06-06; the first settled one if left out"),
    until: optional(Flag.String("until"), "Last local day; the last settled one if left out"),
    community: optional(Flag.String("community"), "Name of the community, where the market has several")
  },
  ({ data, out, from, until, community }) =>
    Effect.scoped(
      Effect.gen(function* () {
        const { exportDays } = yield* market(() => import("./export/export.ts"))
        process.stdout.write(yield* exportDays({ data, out, from: Option.getOrUndefined(from), until: Option.getOrUndefined(until), community: Option.getOrUndefined(community) }))
      })
    )
).pipe(Command.withDescription("Write settled days of a market as files that settle takes, to settle them again"))

const commonwatt = Command.make("commonwatt").pipe(
  Command.withDescription("Settlement of local energy markets"),
  Command.withSubcommands([startCommand, auditCommand, exportCommand, orderCommand, ...settlementCommands, meterCommand, gatewayCommand, certifyCommand, importCommand, operateCommand])
)

/** `commonwatt` with every command. */
export const run = (stopBy: (stop: () => void) => void): void =>
  runProgram(Command.run(commonwatt, { version: "0.1.0" }).pipe(Effect.provide(NodeServices.layer), Effect.provide(Logger.layer([]))), stopBy)
