import { readFileSync } from "node:fs"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { findProfile } from "../../modbus/profiles/load-profile.ts"
import { faultKinds, InvalidFault, parseFault, type FaultKind } from "../../modbus/test-device/fault.ts"
import { readImage } from "../../modbus/test-device/register-image.ts"
import { startDevices, type DevicesConfig, type RunningDevices } from "../../modbus/test-device/start-devices.ts"
import { say } from "../start/terminal.ts"
import { UserError } from "../user-error.ts"
import { profileError } from "./profiles.ts"

const faultHelp = (Object.keys(faultKinds) as FaultKind[])
  .map((kind) => `${kind}${faultKinds[kind].unit === "" ? "" : `=${faultKinds[kind].value} ${faultKinds[kind].unit}`} (${faultKinds[kind].help})`).join("; ")

const flags = {
  profile: Flag.String("profile").pipe(Flag.withDescription("Id or file of a profile: serves all its registers with plausible values that move"), Flag.optional),
  image: Flag.String("image").pipe(Flag.withDescription("JSON file with a register image: a list of { unit, functionCode, address, words }"), Flag.optional),
  host: Flag.String("host").pipe(Flag.withDescription("Address to listen on"), Flag.withDefault("127.0.0.1")),
  port: Flag.Int("port").pipe(Flag.withDescription("Port of the first device, 0 for one that is free"), Flag.withDefault(5020)),
  count: Flag.Int("count").pipe(Flag.withDescription("Devices on ports one after another"), Flag.withDefault(1)),
  unit: Flag.Int("unit").pipe(Flag.withDescription("Unit id; the profile's own if left out"), Flag.optional),
  models: Flag.String("models").pipe(Flag.withDescription("SunSpec models to show, as 103,203"), Flag.optional),
  framing: Flag.Literals("framing", ["tcp", "rtu"]).pipe(Flag.withDescription("tcp: Modbus/TCP; rtu: serial frames over TCP"), Flag.withDefault("tcp" as const)),
  delay: Flag.Int("delay").pipe(Flag.withDescription("Milliseconds that the device takes for each answer"), Flag.withDefault(0)),
  fault: Flag.String("fault").pipe(
    Flag.withDescription(`A fault as kind[=value][@share], share as 0.05 or 5%; may be given several times. Kinds: ${faultHelp}`),
    Flag.atLeast(0)
  ),
  faultAfter: Flag.Int("fault-after").pipe(Flag.withDescription("Seconds without faults at the start"), Flag.withDefault(0)),
  seed: Flag.Int("seed").pipe(Flag.withDescription("Decides which answers the faults befall, and where the counters stand"), Flag.withDefault(1)),
  strict: Flag.Boolean("strict").pipe(Flag.withDescription("Behave as the profile says: silence after a connect, so many clients, no reading across gaps"), Flag.withDefault(false)),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print where the devices listen as one JSON object"), Flag.withDefault(false))
}

interface Options {
  readonly profile: Option.Option<string>
  readonly image: Option.Option<string>
  readonly host: string
  readonly port: number
  readonly count: number
  readonly unit: Option.Option<number>
  readonly models: Option.Option<string>
  readonly framing: "tcp" | "rtu"
  readonly delay: number
  readonly fault: readonly string[]
  readonly faultAfter: number
  readonly seed: number
  readonly strict: boolean
  readonly json: boolean
}

const within = (name: string, value: number, lowest: number, highest: number): void => {
  if (value >= lowest && value <= highest) return
  throw new UserError(`--${name} ${value} is not from ${lowest} to ${highest}`, `give a --${name} in this range`)
}

const showsOf = (options: Options): DevicesConfig["shows"] => {
  const profile = Option.getOrUndefined(options.profile)
  const image = Option.getOrUndefined(options.image)
  if ((profile === undefined) === (image === undefined)) {
    throw new UserError("it is not clear what to serve", "give either --profile ID or --image FILE; `commonwatt meter profiles` lists the ids")
  }
  if (profile !== undefined) {
    const models = Option.getOrUndefined(options.models)?.split(",").map(Number)
    return { profile: findProfile(profile), ...(models && { models }) }
  }
  try {
    return { image: readImage(readFileSync(image!, "utf8"), image!, Option.getOrElse(options.unit, () => 1)) }
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), 'write a list of blocks such as [{ "unit": 1, "functionCode": 3, "address": 0, "words": [258, "00ff"] }]')
  }
}

/** Checks everything that can be said before a port is opened. Throws UserError. */
export const devicesConfig = (options: Options): DevicesConfig => {
  within("port", options.port, 0, 65_535)
  within("count", options.count, 1, 65_535)
  if (options.port > 0) within("count", options.count, 1, 65_536 - options.port)
  within("delay", options.delay, 0, 3_600_000)
  within("fault-after", options.faultAfter, 0, 86_400)
  within("seed", options.seed, 0, 1_000_000_000)
  const unit = Option.getOrUndefined(options.unit)
  if (unit !== undefined) within("unit", unit, 0, 255)
  const { host, port, count, framing, seed } = options
  return {
    shows: showsOf(options), host, port, count, framing, seed,
    delayMs: options.delay, faults: options.fault.map(parseFault), faultsAfterMs: options.faultAfter * 1_000, isStrict: options.strict,
    ...(unit !== undefined && { unit })
  }
}

const userError = (error: unknown): unknown => {
  if (error instanceof InvalidFault) return new UserError(error.message, "see `commonwatt meter simulate --help` for all faults")
  if (error instanceof RangeError) return new UserError(error.message, "`commonwatt meter profiles ID` shows which models a profile has")
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  switch (code) {
    case "EADDRINUSE": return new UserError(`port ${port} is taken`, "choose another --port, or 0 for one that is free", { cause: error })
    case "EACCES": return new UserError(`port ${port} is not for everybody`, "choose a --port of 1024 or more", { cause: error })
    case "EMFILE": case "ENFILE": return new UserError("this process may not open so many ports", "raise the limit of open files (`ulimit -n 65536`; each device and each connection takes one), or serve fewer with --count", { cause: error })
    case "EADDRNOTAVAIL": case "ENOTFOUND": return new UserError(`${address ?? "the host"} is no address of this machine`, "choose another --host", { cause: error })
    default: return profileError(error)
  }
}

const described = ({ shows, faults = [], delayMs = 0, framing }: DevicesConfig): string => {
  const what = "profile" in shows ? `${shows.profile.id} (${shows.profile.description})` : `an image of ${shows.image.reduce((sum, { words }) => sum + words.length, 0)} words`
  const how = [framing === "rtu" ? "serial frames" : "", delayMs > 0 ? `${delayMs} ms for each answer` : "", ...faults.map(({ kind, value, share }) => `${kind}${faultKinds[kind].unit === "" ? "" : ` ${value} ${faultKinds[kind].unit}`} in ${share * 100} % of the answers`)].filter((text) => text !== "")
  return how.length === 0 ? what : `${what}; ${how.join(", ")}`
}

const announce = (config: DevicesConfig, { host, ports, units }: RunningDevices, json: boolean): void => {
  if (json) return void process.stdout.write(`${JSON.stringify({ host, ports, units, ...("profile" in config.shows && { profile: config.shows.profile.id }) })}\n`)
  const place = ports.length === 1 ? `${host}:${ports[0]}` : `${ports.length} ports of ${host}, ${Math.min(...ports)} to ${Math.max(...ports)}`
  process.stdout.write(`Serving ${described(config)}\n  on ${place}, unit ${units.join(", ")}. Ctrl-C stops.\n`)
}

/** `commonwatt meter simulate`: devices for trying things out, on a server of our own, until it is interrupted. */
export const simulateCommand = Command.make("simulate", flags, (options) =>
  Effect.scoped(Effect.gen(function* () {
    const config = yield* Effect.try({ try: () => devicesConfig(options), catch: userError })
    const progress = (count: number): void => { if (options.count > 1_000 && count % 1_000 === 0) say(`${count} of ${options.count} ports open`) }
    const devices = yield* Effect.acquireRelease(
      Effect.tryPromise({ try: () => startDevices(config, progress), catch: userError }),
      (running) => Effect.promise(async () => {
        await running.stop()
        say(`Answered ${running.answered()} requests.`)
      })
    )
    announce(config, devices, options.json)
    return yield* Effect.never
  }))
).pipe(Command.withDescription("Serve a device for trying things out: a profile, or a register image, with faults on demand"))
