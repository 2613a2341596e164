/**
 * Every way in which a question to a device can fail, as classes that a caller tells apart by `name`.
 * A request is rejected with exactly one of them.
 */

/** The line did not open in time. */
export class ConnectTimeout extends Error {
  override readonly name = "ConnectTimeout"
}

/** The line could not be opened, for the reason in `code` (ECONNREFUSED, EHOSTUNREACH, ENOENT, ... or a sentence). */
export class ConnectFailed extends Error {
  override readonly name = "ConnectFailed"
  readonly code: string

  constructor(code: string, options?: ErrorOptions) {
    super(`cannot connect: ${code}`, options)
    this.code = code
  }
}

/** The line or the unit failed moments ago, and the next try is not due yet. `cause` is the failure before. */
export class BackingOff extends Error {
  override readonly name = "BackingOff"
}

/** No answer in time. The connection is dropped: a late answer could pass for a later question's. */
export class AnswerTimeout extends Error {
  override readonly name = "AnswerTimeout"
}

/** The device answered with a Modbus exception. */
export class DeviceException extends Error {
  override readonly name = "DeviceException"
  readonly code: number
  /** The name that the Modbus specification gives to `code`. */
  readonly codeName: string

  constructor(code: number) {
    const codeName = exceptionNames[code] ?? "unknown exception"
    super(`exception ${code}: ${codeName}`)
    this.code = code
    this.codeName = codeName
  }
}

/** Bytes that are no answer to what was asked. The connection is dropped, its stream cannot be trusted. */
export class WrongAnswer extends Error {
  override readonly name = "WrongAnswer"
}

/** The connection ended before the answer: closed by us, by the peer, or after another request's failure. */
export class Closed extends Error {
  override readonly name = "Closed"
  /** True where the device, or the way to it, ended the connection while the answer was awaited. */
  readonly isByDevice: boolean

  constructor(message: string, isByDevice = false) {
    super(message)
    this.isByDevice = isByDevice
  }
}

const exceptionNames: Readonly<Record<number, string>> = {
  1: "illegal function",
  2: "illegal data address",
  3: "illegal data value",
  4: "server device failure",
  5: "acknowledge",
  6: "server device busy",
  8: "memory parity error",
  10: "gateway path unavailable",
  11: "gateway target device failed to respond"
}

/** What a request can be rejected with. */
export type ModbusError =
  | ConnectTimeout | ConnectFailed | BackingOff | AnswerTimeout | DeviceException | WrongAnswer | Closed

/** Tells a failure of the device or its connection from a mistake in this program. */
export const isModbusError = (error: unknown): error is ModbusError =>
  [ConnectTimeout, ConnectFailed, BackingOff, AnswerTimeout, DeviceException, WrongAnswer, Closed]
    .some((kind) => error instanceof kind)
