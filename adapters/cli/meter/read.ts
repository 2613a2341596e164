import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { ModbusConnection } from "../../modbus/client/modbus-connection.ts"
import { ProfileReader } from "../../modbus/poller/profile-reader.ts"
import { findProfile } from "../../modbus/profiles/load-profile.ts"
import type { DeviceProfile } from "../../modbus/profiles/profile.ts"
import { addressOf } from "../../modbus/transport/transport.ts"
import { UserError } from "../user-error.ts"
import { exitCodeHelp, exitCodes, explainDevice } from "./explain-device.ts"
import { lineFlags, timeoutOf, transportOf, type LineOptions } from "./line-flags.ts"
import { valueLines } from "./print-values.ts"

/** The flags of commands that read one device by its profile. */
export const readFlags = {
  profile: Flag.String("profile").pipe(Flag.withDescription("Id or alias of a device profile (`commonwatt meter profiles`), or a JSON file of your own")),
  unit: Flag.Int("unit").pipe(Flag.withDescription("Unit id; the profile's if left out"), Flag.optional),
  occurrence: Flag.Int("occurrence").pipe(Flag.withDescription("Which of several devices in one SunSpec map, from 1"), Flag.withDefault(1)),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false)),
  ...lineFlags
}

/** What the flags give. */
export interface ReadOptions extends LineOptions {
  readonly profile: string
  readonly unit: Option.Option<number>
  readonly occurrence: number
  readonly json: boolean
}

/** A device as the flags describe it, connected when first read. */
export interface OpenedDevice {
  readonly profile: DeviceProfile
  readonly address: string
  readonly unit: number
  readonly connection: ModbusConnection
  readonly reader: ProfileReader
  /** Makes a failure readable; what is no device's failure stays as it is. */
  readonly explain: (error: unknown) => unknown
}

const unitOf = (unit: Option.Option<number>, profile: DeviceProfile): number => {
  const value = Option.getOrElse(unit, () => profile.unit)
  if (value < 0 || value > 255) throw new UserError(`--unit ${value} is no unit id`, "give a number from 0 to 255")
  return value
}

const open = (options: ReadOptions): OpenedDevice => {
  const profile = findProfile(options.profile)
  const unit = unitOf(options.unit, profile)
  const transport = transportOf(options, profile.port)
  if (options.occurrence < 1) throw new UserError(`--occurrence ${options.occurrence} is no count`, "give 1 or more")
  const { depth, silenceAfterConnectMs } = profile
  const connection = new ModbusConnection({ ...transport, ...timeoutOf(options), depth, silenceAfterConnectMs })
  const reader = new ProfileReader(connection.forUnit(unit), profile, { isTolerant: true, occurrence: options.occurrence })
  return { profile, unit, connection, reader, address: addressOf(transport), explain: (error) => explainDevice(error, transport, unit) ?? error }
}

/** Runs `use` with the device that the flags describe, and closes it whatever happens. */
export const withDevice = <A>(options: ReadOptions, use: (device: OpenedDevice, signal: AbortSignal) => Promise<A>) =>
  Effect.acquireUseRelease(
    Effect.try({ try: () => open(options), catch: (error) => explainDevice(error, { host: "", port: 0 }) ?? error }),
    (device) => Effect.tryPromise({ try: (signal) => use(device, signal), catch: device.explain }),
    ({ connection }) => Effect.sync(() => connection.close())
  )

const read = async ({ profile, unit, address, reader }: OpenedDevice, json: boolean): Promise<void> => {
  const at = new Date().toISOString()
  const values = await reader.readValues()
  const isAny = values.some(({ status }) => status === "ok")
  if (json) process.stdout.write(`${JSON.stringify({ profile: profile.id, address, unit, at, values }, null, 2)}\n`)
  else if (isAny) process.stdout.write(valueLines(values))
  if (isAny) return
  throw new UserError(`${address} unit ${unit}: the device answers, but none of the ${values.length} values of ${profile.id} is there`,
    "the profile may be another device's: `commonwatt meter scan` recognises it", { exitCode: exitCodes.refused })
}

/** `commonwatt meter read`: the values of one device, once. */
export const readCommand = Command.make("read", readFlags, (options) => withDevice(options, (device) => read(device, options.json))).pipe(
  Command.withDescription(`Read a device once and print its values with their units. ${exitCodeHelp}`)
)
