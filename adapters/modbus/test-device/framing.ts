/** How requests are cut out of a stream and answers put into it: Modbus/TCP, or serial frames over TCP. */
import { crc16 } from "./crc16.ts"

/** One request: the unit, and what follows it (function code and data). */
export interface Request {
  readonly transaction: number
  readonly unit: number
  readonly body: Buffer
}

/** Cuts a stream into requests. `take` gives whole requests and keeps the rest; null means: end the connection. */
export interface Framing {
  /** Whether a unit that is not there is met with silence, as on a bus, instead of an exception. */
  readonly isSerial: boolean
  readonly take: (rest: Buffer) => { readonly requests: readonly Request[]; readonly rest: Buffer } | null
  readonly put: (transaction: number, unit: number, body: Buffer) => Buffer
}

const headerLength = 7
const shortestLength = 2
const longestLength = 254

/** Modbus/TCP: a header of seven bytes; bytes that are none end the connection, as there is no way back. */
export const tcpFraming: Framing = {
  isSerial: false,
  take: (stream) => {
    const requests: Request[] = []
    let at = 0
    while (stream.length - at >= headerLength) {
      const length = stream.readUInt16BE(at + 4)
      if (stream.readUInt16BE(at + 2) !== 0 || length < shortestLength || length > longestLength) return null
      if (stream.length - at < 6 + length) break
      requests.push({ transaction: stream.readUInt16BE(at), unit: stream[at + 6] ?? 0, body: stream.subarray(at + headerLength, at + 6 + length) })
      at += 6 + length
    }
    return { requests, rest: stream.subarray(at) }
  },
  put: (transaction, unit, body) => {
    const frame = Buffer.allocUnsafe(headerLength + body.length)
    frame.writeUInt16BE(transaction, 0)
    frame.writeUInt16BE(0, 2)
    frame.writeUInt16BE(1 + body.length, 4)
    frame[6] = unit
    body.copy(frame, headerLength)
    return frame
  }
}

const serialRequestLength = 8

/** Serial frames over TCP: reads are eight bytes long; a wrong checksum empties the line, as silence would. */
export const rtuFraming: Framing = {
  isSerial: true,
  take: (stream) => {
    const requests: Request[] = []
    let at = 0
    while (stream.length - at >= serialRequestLength) {
      const frame = stream.subarray(at, at + serialRequestLength)
      if (crc16(frame.subarray(0, 6)) !== frame.readUInt16LE(6)) return { requests, rest: Buffer.alloc(0) }
      requests.push({ transaction: 0, unit: frame[0] ?? 0, body: frame.subarray(1, 6) })
      at += serialRequestLength
    }
    return { requests, rest: stream.subarray(at) }
  },
  put: (_, unit, body) => {
    const frame = Buffer.allocUnsafe(body.length + 3)
    frame[0] = unit
    body.copy(frame, 1)
    frame.writeUInt16LE(crc16(frame.subarray(0, body.length + 1)), body.length + 1)
    return frame
  }
}
