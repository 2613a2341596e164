import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { faultKinds, type FaultKind } from "../../modbus/test-device/fault.ts"
import { startDevices, type DevicesConfig, type RunningDevices } from "../../modbus/test-device/start-devices.ts"
import { say } from "../start/terminal.ts"
import { profilesFlag } from "./own-profiles.ts"
import { devicesConfig, simulateError } from "./simulate-config.ts"

const faultHelp = (Object.keys(faultKinds) as FaultKind[])
  .map((kind) => `${kind}${faultKinds[kind].unit === "" ? "" : `=${faultKinds[kind].value} ${faultKinds[kind].unit}`} (${faultKinds[kind].help})`).join("; ")

const flags = {
  profile: Flag.String("profile").pipe(Flag.withDescription("Id or file of a profile: serves all its registers with plausible values that move"), Flag.optional),
  profiles: profilesFlag,
  image: Flag.String("image").pipe(Flag.withDescription("File with a register image (JSON, a list of { unit, functionCode, address, words }), a capture (pcap, pcapng) or a trace: serves what it holds"), Flag.optional),
  host: Flag.String("host").pipe(Flag.withDescription("Address to listen on"), Flag.withDefault("127.0.0.1")),
  port: Flag.Int("port").pipe(Flag.withDescription("Port of the first device, 0 for one that is free"), Flag.withDefault(5020)),
  count: Flag.Int("count").pipe(Flag.withDescription("Devices on ports one after another"), Flag.withDefault(1)),
  unit: Flag.Int("unit").pipe(Flag.withDescription("Unit id; the profile's own if left out"), Flag.optional),
  units: Flag.Int("units").pipe(Flag.withDescription("Units behind each port, with ids from --unit on, each a device of its own"), Flag.withDefault(1)),
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

const described = ({ shows, faults = [], delayMs = 0, framing }: DevicesConfig): string => {
  const what = "profile" in shows ? `${shows.profile.id} (${shows.profile.description})` : `an image of ${shows.image.reduce((sum, { words }) => sum + words.length, 0)} words`
  const how = [framing === "rtu" ? "serial frames" : "", delayMs > 0 ? `${delayMs} ms for each answer` : "", ...faults.map(({ kind, value, share }) => `${kind}${faultKinds[kind].unit === "" ? "" : ` ${value} ${faultKinds[kind].unit}`} in ${Number((share * 100).toFixed(3))} % of the answers`)].filter((text) => text !== "")
  return how.length === 0 ? what : `${what}; ${how.join(", ")}`
}

const unitsText = (units: readonly number[]): string => {
  if (units.length === 1) return `unit ${units[0]}`
  const isRun = units.every((unit, index) => unit === units[0]! + index)
  return isRun ? `units ${units[0]} to ${units.at(-1)}` : `units ${units.join(", ")}`
}

const announce = (config: DevicesConfig, { host, ports, units }: RunningDevices, json: boolean): void => {
  if (json) return void process.stdout.write(`${JSON.stringify({ host, ports, units, ...("profile" in config.shows && { profile: config.shows.profile.id }) })}\n`)
  const place = ports.length === 1 ? `${host}:${ports[0]}` : `${ports.length} ports of ${host}, ${Math.min(...ports)} to ${Math.max(...ports)}`
  process.stdout.write(`Serving ${described(config)}\n  on ${place}, ${unitsText(units)}. Ctrl-C stops.\n`)
}

/** `commonwatt meter simulate`: devices for trying things out, on a server of our own, until it is interrupted. */
export const simulateCommand = Command.make("simulate", flags, (options) =>
  Effect.scoped(Effect.gen(function* () {
    const config = yield* Effect.try({ try: () => devicesConfig(options), catch: (error) => error })
    const progress = (count: number): void => { if (options.count > 1_000 && count % 1_000 === 0) say(`${count} of ${options.count} ports open`) }
    const devices = yield* Effect.acquireRelease(
      Effect.tryPromise({ try: () => startDevices(config, progress), catch: simulateError }),
      (running) => Effect.promise(async () => {
        await running.stop()
        say(`Answered ${running.answered()} requests.`)
      })
    )
    announce(config, devices, options.json)
    return yield* Effect.never
  }))
).pipe(Command.withDescription("Serve a device for trying things out: a profile, or a register image, with faults on demand"))
