import { isModbusError, type ModbusError } from "../../modbus/client/errors.ts"
import { TooFewFileDescriptors } from "../../modbus/poller/open-file-limit.ts"
import { ModelNotFound } from "../../modbus/poller/sunspec.ts"
import { InvalidProfile } from "../../modbus/profiles/invalid-profile.ts"
import { addressOf, type Transport } from "../../modbus/transport/transport.ts"
import { UserError } from "../user-error.ts"

/** Exit codes of `commonwatt meter`. */
export const exitCodes = { mistake: 1, noAnswer: 2, refused: 3 } as const

/** The exit codes for a help text. */
export const exitCodeHelp = "Ends with 0 when done, 1 for a mistake in the command, 2 when nothing answers, 3 when the device refuses or answers wrongly."

const mendOfOpen: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the machine is there, but nothing listens on this port: see that Modbus is switched on in the device and that --port is right",
  EHOSTUNREACH: "see that the device is powered and in the same network, and that --host is right",
  ENETUNREACH: "see that this machine is in a network that reaches the device",
  ENOTFOUND: "this host name is not known: see that it is spelt right, or give the address",
  EAI_AGAIN: "names cannot be looked up at the moment: give the address, or see to the name server",
  ECONNRESET: "the device hung up: it may bear one client only, so stop the other one (an energy manager, a cloud logger)",
  EMFILE: "this process may not open more files: raise the limit with ulimit -n",
  ENOENT: "there is no such serial port: see ls /dev/ttyUSB* /dev/ttyACM* and plug the adapter in",
  EACCES: "this user may not open the port: join its group (often dialout) and sign in again",
  EBUSY: "another program has the port open: stop it first",
  ENOTTY: "this path is no serial port: give one such as /dev/ttyUSB0"
}

const mendOfException: Readonly<Record<number, string>> = {
  1: "the device does not know this function: the profile may be another device's",
  2: "the device has no such register: the profile may be another device's; `commonwatt meter scan` recognises devices",
  3: "the device does not allow so many registers at once: a profile with a smaller maxWords may help",
  4: "the device reports a failure of its own: restart it",
  5: "the device works on something long: ask again later",
  6: "the device is busy, often with another client: stop that one or ask again",
  8: "the device finds its memory damaged: restart it",
  10: "the gateway has no way to this unit: see its settings",
  11: "the gateway has no device with this unit id, or that one is off: `commonwatt meter scan` finds the unit ids"
}

const tls = /CERT|SSL|TLS|certificate|authority|ALT_?NAME/i

const connectMend = (code: string): string => mendOfOpen[code] ??
  (tls.test(code) ? "see that both certificates are valid, signed by the same authority and carry the Modbus role (--tls-cert, --tls-ca, --device-without-role)" : "see that the device is reachable from this machine")

const silenceMend = (transport: Transport): string => transport.transport === "rtu"
  ? "see that --unit, --baud, --parity and --stop-bits are the meter's, and that A and B of the line are not swapped"
  : "see that --unit is the device's (`commonwatt meter scan` finds it); a slow device needs a longer --timeout"

const mendOf = (error: ModbusError, transport: Transport): string => {
  switch (error.name) {
    case "ConnectFailed": return connectMend(error.code)
    case "ConnectTimeout": return "see that the device is powered and --host is right; a firewall may swallow what is sent"
    case "AnswerTimeout": return silenceMend(transport)
    case "DeviceException": return mendOfException[error.code] ?? "see the device's manual for this exception"
    case "WrongAnswer": return wrongMend(error.message)
    case "BackingOff": return "wait a moment and try again"
    case "Closed": return "the device hung up: it may bear one client only, so stop the other one, or ask less often"
  }
}

const wrongMend = (message: string): string => {
  const unit = /^unit (\d+) answered/.exec(message)?.[1]
  if (unit !== undefined) return `the device answers as unit ${unit}: give --unit ${unit}`
  return "another protocol may be on this port, or the line is disturbed; --transport rtu-over-tcp is for serial servers without Modbus/TCP"
}

const isNoAnswer = (error: ModbusError): boolean => error.name !== "DeviceException" && error.name !== "WrongAnswer"

/** The transports that differ from what is usual are named, because they are the first thing to doubt. */
const placeOf = (transport: Transport, unit: number | null): string => {
  const how = transport.transport === undefined || transport.transport === "tcp" ? "" : ` (${transport.transport})`
  return `${addressOf(transport)}${how}${unit === null ? "" : ` unit ${unit}`}`
}

/** What a failure means to somebody at a terminal, or null if it is none of a device. */
export const explainDevice = (error: unknown, transport: Transport, unit: number | null = null): UserError | null => {
  if (error instanceof UserError) return error
  if (isModbusError(error)) {
    return new UserError(`${placeOf(transport, unit)}: ${error.message}`, mendOf(error, transport), {
      cause: error, exitCode: isNoAnswer(error) ? exitCodes.noAnswer : exitCodes.refused
    })
  }
  if (error instanceof ModelNotFound) {
    return new UserError(`${placeOf(transport, unit)}: ${error.message}`, "this is another device than the profile says: `commonwatt meter scan` recognises it", { cause: error, exitCode: exitCodes.refused })
  }
  if (error instanceof InvalidProfile) return new UserError(error.message, "`commonwatt meter profiles` lists the devices; a file of your own must be mended at the lines above", { cause: error })
  if (error instanceof TooFewFileDescriptors) return new UserError(error.message, error.mend, { cause: error })
  return null
}
