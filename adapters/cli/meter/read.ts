import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { isModbusError } from "../../modbus/client/errors.ts"
import { ModbusConnection } from "../../modbus/client/modbus-connection.ts"
import { loadProfile } from "../../modbus/profiles/load-profile.ts"
import { readMeter } from "../../modbus/poller/read-meter.ts"
import { UserError } from "../user-error.ts"

const flags = {
  profile: Flag.String("profile").pipe(Flag.withDescription("Id of a device profile")),
  host: Flag.String("host").pipe(Flag.withDescription("Host name or address of the device or gateway")),
  port: Flag.Int("port").pipe(Flag.withDescription("TCP port"), Flag.withDefault(502)),
  unit: Flag.Int("unit").pipe(Flag.withDescription("Unit id"), Flag.withDefault(1)),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON object"), Flag.withDefault(false))
}

const read = async (options: { profile: string; host: string; port: number; unit: number; json: boolean }): Promise<void> => {
  const profile = loadProfile(options.profile)
  const connection = new ModbusConnection({ host: options.host, port: options.port, depth: profile.depth, silenceAfterConnectMs: profile.silenceAfterConnectMs })
  try {
    const { registerWh, powerW } = await readMeter(connection.forUnit(options.unit), profile, profile.positive === "import" ? "withdrawal" : "injection")
    process.stdout.write(options.json ? `${JSON.stringify({ registerWh, powerW })}\n` : `register  ${registerWh} Wh\npower     ${powerW} W\n`)
  } finally {
    connection.close()
  }
}

/** `commonwatt meter read`: the values of one device, once. */
export const readCommand = Command.make("read", flags, (options) =>
  Effect.tryPromise({
    try: () => read(options),
    catch: (error) => isModbusError(error)
      ? new UserError(`${options.host}:${options.port} unit ${options.unit}: ${error.message}`, "see that the address, the port and the unit id are the device's", { cause: error })
      : error
  })
).pipe(Command.withDescription("Read a device once and print its values"))
