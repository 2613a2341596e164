import { readFileSync } from "node:fs"
import { Option } from "effect"
import { Flag } from "effect/cli"
import type { Transport } from "../../modbus/transport/transport.ts"
import { UserError } from "../user-error.ts"

const optional = <A>(flag: Flag.Flag<A>, description: string) => flag.pipe(Flag.withDescription(description), Flag.optional)

/** The flags that say where a device is; the same for every command that asks one. */
export const lineFlags = {
  host: optional(Flag.String("host"), "Host name or address of the device, gateway or serial server"),
  port: optional(Flag.Int("port"), "TCP port; the profile's or 502 if left out, 802 with tls"),
  transport: optional(Flag.Literals("transport", ["tcp", "rtu-over-tcp", "tls", "rtu"]), "How frames travel; tcp, or rtu where --device is given"),
  device: optional(Flag.String("device"), "Serial port, such as /dev/ttyUSB0 (transport rtu)"),
  baud: Flag.Int("baud").pipe(Flag.withDescription("Speed of the serial line"), Flag.withDefault(9_600)),
  parity: Flag.Literals("parity", ["none", "even", "odd"]).pipe(Flag.withDescription("Parity of the serial line"), Flag.withDefault("none" as const)),
  stopBits: Flag.Literals("stop-bits", ["1", "2"]).pipe(Flag.withDescription("Stop bits of the serial line"), Flag.withDefault("1" as const)),
  timeout: optional(Flag.Int("timeout"), "How long to wait for an answer, in ms"),
  tlsCert: optional(Flag.File("tls-cert"), "Own certificate with the Modbus role, PEM (transport tls)"),
  tlsKey: optional(Flag.File("tls-key"), "Key of the own certificate, PEM"),
  tlsCa: optional(Flag.File("tls-ca"), "Certificate of the authority that signed the device's, PEM"),
  tlsName: optional(Flag.String("tls-name"), "Name in the device's certificate, where it is not the host"),
  deviceWithoutRole: Flag.Boolean("device-without-role").pipe(
    Flag.withDescription("Accept a device whose certificate carries no Modbus role"), Flag.withDefault(false))
}

/** What the flags give. */
export interface LineOptions {
  readonly host: Option.Option<string>
  readonly port: Option.Option<number>
  readonly transport: Option.Option<"tcp" | "rtu-over-tcp" | "tls" | "rtu">
  readonly device: Option.Option<string>
  readonly baud: number
  readonly parity: "none" | "even" | "odd"
  readonly stopBits: "1" | "2"
  readonly timeout: Option.Option<number>
  readonly tlsCert: Option.Option<string>
  readonly tlsKey: Option.Option<string>
  readonly tlsCa: Option.Option<string>
  readonly tlsName: Option.Option<string>
  readonly deviceWithoutRole: boolean
}

const needed = <A>(value: Option.Option<A>, flag: string, why: string): A => {
  if (Option.isSome(value)) return value.value
  throw new UserError(`${flag} is missing`, `give ${flag}: ${why}`)
}

const textOf = (file: Option.Option<string>, flag: string, why: string): string => {
  const path = needed(file, flag, why)
  try {
    return readFileSync(path, "utf8")
  } catch (cause) {
    throw new UserError(`${flag} ${path} cannot be read: ${(cause as Error).message}`, "give a PEM file that this user may read", { cause })
  }
}

const portOf = (port: Option.Option<number>, fallback: number): number => {
  const value = Option.getOrElse(port, () => fallback)
  if (value < 1 || value > 65_535) throw new UserError(`--port ${value} is no TCP port`, "give a number from 1 to 65535")
  return value
}

/** The transport that the flags name; `port` is the profile's. Throws UserError for flags that do not fit together. */
export const transportOf = (options: LineOptions, port = 502): Transport => {
  const transport = Option.getOrElse(options.transport, () => (Option.isSome(options.device) ? "rtu" : "tcp"))
  if (transport === "rtu") {
    const device = needed(options.device, "--device", "the path of the serial port, such as /dev/ttyUSB0")
    if (options.baud < 300) throw new UserError(`--baud ${options.baud} is too slow`, "give the speed that the meter is set to, such as 9600")
    return { transport, device, serial: { baud: options.baud, parity: options.parity, stopBits: Number(options.stopBits) as 1 | 2 } }
  }
  if (Option.isSome(options.device)) throw new UserError(`--device does not go with --transport ${transport}`, "leave one of them out")
  const host = needed(options.host, "--host", "the address of the device or gateway (or --device for a serial line)")
  if (transport !== "tls") return { transport, host, port: portOf(options.port, port) }
  return {
    transport, host, port: portOf(options.port, 802),
    tls: {
      certificate: textOf(options.tlsCert, "--tls-cert", "both sides show a certificate"),
      key: textOf(options.tlsKey, "--tls-key", "the key of --tls-cert"),
      authority: textOf(options.tlsCa, "--tls-ca", "whose signature the device must show"),
      deviceNeedsRole: !options.deviceWithoutRole,
      ...(Option.isSome(options.tlsName) && { serverName: options.tlsName.value })
    }
  }
}

/** The answer timeout as a setting, if one was given. */
export const timeoutOf = ({ timeout }: LineOptions): { readonly answerTimeoutMs?: number } => {
  if (Option.isNone(timeout)) return {}
  if (timeout.value < 1) throw new UserError(`--timeout ${timeout.value} is no time`, "give milliseconds, such as 1000")
  return { answerTimeoutMs: timeout.value }
}
