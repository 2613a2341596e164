import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { exitCodeHelp, exitCodes } from "./explain-device.ts"
import { UserError } from "../user-error.ts"
import { withDevice, type OpenedDevice } from "./open-device.ts"
import { valueLines } from "./print-values.ts"
import { fileError, readFile } from "./read-file.ts"
import { readFlags } from "./read-flags.ts"
import type { ShownValue } from "./shown-values.ts"

/** What one reading gives, from a device or out of a file. */
export interface Reading {
  readonly profiles: readonly string[]
  /** Where the device is, or the file. */
  readonly address: string
  readonly unit: number
  /** When it was read; null where a file does not say. */
  readonly at: string | null
  readonly values: readonly ShownValue[]
}

const print = ({ profiles, values, ...rest }: Reading, json: boolean): void => {
  const [profile] = profiles
  const isAny = values.some(({ status }) => status === "ok")
  if (json) process.stdout.write(`${JSON.stringify({ profile, ...(profiles.length > 1 && { profiles }), ...rest, values }, null, 2)}\n`)
  else if (isAny) process.stdout.write(valueLines(values))
  if (isAny) return
  throw new UserError(`${rest.address} unit ${rest.unit}: the device answers, but none of the ${values.length} values of ${profiles.join(", ")} is there`,
    "the profile may be another device's: `commonwatt meter scan` recognises it", { exitCode: exitCodes.refused })
}

const read = async ({ profiles, unit, address, readValues }: OpenedDevice, json: boolean): Promise<void> => {
  const at = new Date().toISOString()
  print({ profiles: profiles.map(({ id }) => id), address, unit, at, values: await readValues() }, json)
}

const flags = {
  ...readFlags,
  image: Flag.String("image").pipe(
    Flag.withDescription("Read a file instead of a device: a register image (JSON), a capture (pcap, pcapng), or a trace of hexadecimal frames"), Flag.optional)
}

/** `commonwatt meter read`: the values of one device, or of a file, once. */
export const readCommand = Command.make("read", flags, ({ image, ...options }) => Option.isSome(image)
  ? Effect.tryPromise({
      try: async () => print(await readFile(image.value, options), options.json),
      catch: (error) => fileError(error, image.value)
    })
  : withDevice(options, (device) => read(device, options.json))
).pipe(
  Command.withDescription(`Read a device once, or a capture of one, and print its values with their units. ${exitCodeHelp}`)
)
