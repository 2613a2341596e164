/**
 * The server's side of the protocol as a pure function from one request to one answer. A request is what
 * follows the six bytes of the header: unit, function code, data.
 */
import type { Stretch } from "./devices/device.ts"

const illegalFunction = 1
const illegalAddress = 2
const illegalValue = 3

/** The exception that a device sends to all but its first client. */
export const deviceBusy = 6

/** The exception of a gateway that has no device with the unit id asked for. */
export const gatewayTargetFailed = 11

const mostWords = 125

/** An answer that says no. */
export const exception = (unit: number, functionCode: number, code: number): Buffer =>
  Buffer.from([unit, functionCode | 0x80, code])

/** Answers a request for registers; the bytes of an answer are copied, never shared with the map. */
export const answer = (request: Buffer, stretches: readonly Stretch[]): Buffer => {
  const unit = request[0] ?? 0
  const functionCode = request[1] ?? 0
  if (functionCode !== 3 && functionCode !== 4) return exception(unit, functionCode, illegalFunction)
  if (request.length !== 6) return exception(unit, functionCode, illegalValue)
  const address = request.readUInt16BE(2)
  const words = request.readUInt16BE(4)
  if (words < 1 || words > mostWords) return exception(unit, functionCode, illegalValue)
  const stretch = stretches.find((candidate) =>
    candidate.functionCode === functionCode &&
    address >= candidate.address &&
    (address - candidate.address + words) * 2 <= candidate.bytes.byteLength)
  if (!stretch) return exception(unit, functionCode, illegalAddress)
  const start = stretch.bytes.byteOffset + (address - stretch.address) * 2
  const data = Buffer.from(stretch.bytes.buffer as ArrayBuffer, start, words * 2)
  return Buffer.concat([Buffer.from([unit, functionCode, words * 2]), data])
}
