/** The server's side of the protocol: from the body of a request (function code and data) to the body of an answer. */
import { findStretch, type Stretch } from "./device-memory.ts"

/** Exception codes of the Modbus application protocol 1.1b3, 7. */
export const exceptionCode = { illegalFunction: 1, illegalAddress: 2, illegalValue: 3, busy: 6, targetFailed: 11 } as const

/** The most registers in one answer (Modbus application protocol 1.1b3, 6.3). */
export const mostWords = 125

/** The body of an answer that says no. */
export const exception = (functionCode: number, code: number): Buffer => Buffer.from([functionCode | 0x80, code])

/** A well-formed request for registers. */
export interface Asked {
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: number
}

/** What a request asks for, or the exception code that it deserves. */
export const readRequest = (body: Buffer): Asked | number => {
  const functionCode = body[0]
  if (functionCode !== 3 && functionCode !== 4) return exceptionCode.illegalFunction
  if (body.length !== 5) return exceptionCode.illegalValue
  const words = body.readUInt16BE(3)
  if (words < 1 || words > mostWords) return exceptionCode.illegalValue
  return { functionCode, address: body.readUInt16BE(1), words }
}

/** The answer's body: registers as they stand, copied, or an exception. */
export const answer = (asked: Asked, stretches: readonly Stretch[]): Buffer => {
  const { functionCode, address, words } = asked
  const stretch = findStretch(stretches, functionCode, address, words)
  if (!stretch) return exception(functionCode, exceptionCode.illegalAddress)
  const body = Buffer.allocUnsafe(2 + words * 2)
  body[0] = functionCode
  body[1] = words * 2
  stretch.bytes.copy(body, 2, (address - stretch.address) * 2, (address - stretch.address + words) * 2)
  return body
}
